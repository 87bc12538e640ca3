"""A module with a coarse clock: a daemon thread, started at import, wakes up whoever waits for its next tick."""

import threading
from concurrent.futures import ThreadPoolExecutor

TICK = threading.Condition()
TICKS = [0]


def _tick():
    pause = threading.Event()
    while not pause.wait(0.02):
        with TICK:
            TICKS[0] += 1
            TICK.notify_all()


threading.Thread(target=_tick, name="ticker", daemon=True).start()


class Quotes:
    def fetch(self, share):
        return {"oak": 17, "elm": 23}[share]


class Board:
    def __init__(self, quotes):
        self.quotes, self.lines = quotes, []

    def show(self, share):
        self.lines.append(f"{share} {self.quotes.fetch(share)}")

    def show_all(self, shares):
        with ThreadPoolExecutor(2, thread_name_prefix="board") as pool:
            futures = [pool.submit(self.show, share) for share in shares]
        return [error for future in futures if (error := future.exception()) is not None]


def test_all_quotes_are_shown():
    board = Board(Quotes())
    assert board.show_all(["oak", "elm"]) == []
    assert sorted(board.lines) == ["elm 23", "oak 17"]
