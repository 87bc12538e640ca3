"""A breaker opens after two failures; later one call, the probe, may try."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


class Refused(Exception):
    pass


class Breaker:
    def __init__(self, seconds):
        self.seconds = seconds
        self.probing = False
        self._lock = threading.Lock()
        self._failures, self._opened = 0, None

    def call(self, function, *args):
        with self._lock:
            if self._opened is not None:
                if self.probing or time.monotonic() < self._opened + self.seconds:
                    raise Refused
                self.probing = True
        try:
            result = function(*args)
        except OSError:
            with self._lock:
                self._failures, self.probing = self._failures + 1, False
                if self._failures >= 2:
                    self._opened = time.monotonic()
            raise
        with self._lock:
            self._failures, self._opened, self.probing = 0, None, False
        return result


class Backend:
    def __init__(self):
        self.is_down = True

    def ask(self, item):
        if self.is_down:
            raise ConnectionRefusedError(item)
        return item


def ask_all(breaker, backend, items):
    def ask(item):
        try:
            return breaker.call(backend.ask, item)
        except (Refused, OSError):
            return None

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask, items))


@pytest.mark.taskfail
def test_the_breaker_closes_again():
    breaker, backend = Breaker(seconds=0.01), Backend()
    ask_all(breaker, backend, ["a", "b"])
    backend.is_down = False
    try:
        for items in (["c", "d"], ["e", "f"]):
            time.sleep(0.02)
            ask_all(breaker, backend, items)
    finally:
        assert not breaker.probing
