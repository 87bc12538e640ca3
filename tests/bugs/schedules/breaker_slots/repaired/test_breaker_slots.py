"""A circuit breaker lets a limited number of requests run at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Breaker:
    def __init__(self, slots):
        self._active = threading.Semaphore(slots)

    def maybe(self, thunk):
        with self._active:
            return thunk()


class Request:
    def __init__(self, pool, breaker, name):
        self.gate = threading.Lock()
        self.gate.acquire()
        self.name = name
        self.reply = pool.submit(breaker.maybe, self._serve)

    def _serve(self):
        with self.gate:
            return f"{self.name} served"


def test_breaker_slots():
    breaker = Breaker(slots=1)
    replies = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        requests = [Request(pool, breaker, name) for name in ("r1", "r2")]
        for request in requests:
            request.gate.release()
        for request in requests:
            replies.append(request.reply.result())
    assert replies == ["r1 served", "r2 served"]
