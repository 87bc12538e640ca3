"""Callbacks collect what came and what failed; the last one opens the gate that the driver waits for."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor


def bake(loaf: int) -> int:
    return loaf


class Tray:
    def __init__(self, expected: int) -> None:
        self.loaves: list[Future[int]] = []
        self.expected = expected
        self.full = threading.Event()

    def put(self, loaf: Future[int]) -> None:
        self.loaves.append(loaf)
        self.check()

    def check(self) -> None:
        if len(self.loaves) == self.expected:
            self.full.set()


def bake_all(count: int) -> list[int]:
    tray = Tray(count)
    with ThreadPoolExecutor(1) as pool:
        for loaf in range(count):
            pool.submit(bake, loaf).add_done_callback(tray.put)
        tray.full.wait()
    return [loaf.result() for loaf in tray.loaves]


def test_all_are_baked() -> None:
    assert bake_all(2) == [0, 1]
