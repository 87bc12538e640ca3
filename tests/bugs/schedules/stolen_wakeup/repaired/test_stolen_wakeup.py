"""Waiters take dishes from a tray that a cook fills."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Tray:
    def __init__(self):
        self._cond = threading.Condition()
        self._dishes = []

    def put(self, dish):
        with self._cond:
            self._dishes.append(dish)
            self._cond.notify()

    def take(self):
        with self._cond:
            while not self._dishes:
                self._cond.wait()
            return self._dishes.pop()


@pytest.mark.taskfail
def test_stolen_wakeup():
    tray = Tray()
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiters = [pool.submit(tray.take) for _ in range(2)]
        tray.put("soup")
        tray.put("fish")
        assert sorted(waiter.result() for waiter in waiters) == ["fish", "soup"]
