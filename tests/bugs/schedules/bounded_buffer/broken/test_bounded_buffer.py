"""A bounded buffer built on a single condition."""

import threading
from collections import deque


class Buffer:
    def __init__(self, size):
        self._cond = threading.Condition()
        self._size = size
        self._items = deque()

    def put(self, item):
        with self._cond:
            while len(self._items) == self._size:
                self._cond.wait()
            self._items.append(item)
            self._cond.notify()

    def take(self):
        with self._cond:
            while not self._items:
                self._cond.wait()
            item = self._items.popleft()
            self._cond.notify()
            return item


def produce(buffer, items):
    for item in items:
        buffer.put(item)


def consume(buffer, taken):
    taken.append(buffer.take())


def test_bounded_buffer():
    buffer = Buffer(size=1)
    taken = []
    threads = [threading.Thread(target=produce, args=(buffer, ["north", "south"]))]
    threads += [threading.Thread(target=consume, args=(buffer, taken)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == ["north", "south"]
