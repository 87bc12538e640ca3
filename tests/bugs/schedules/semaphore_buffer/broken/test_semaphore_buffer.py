"""A bounded buffer made of two semaphores and a mutex."""

import threading
from collections import deque


class Buffer:
    def __init__(self, size):
        self._mu = threading.Lock()
        self._free = threading.Semaphore(size)
        self._filled = threading.Semaphore(0)
        self._items = deque()

    def put(self, item):
        self._free.acquire()
        with self._mu:
            self._items.append(item)
        self._filled.release()

    def take(self):
        with self._mu:
            self._filled.acquire()
            item = self._items.popleft()
        self._free.release()
        return item


def produce(buffer, items):
    for item in items:
        buffer.put(item)


def consume(buffer, count, taken):
    for _ in range(count):
        taken.append(buffer.take())


def test_semaphore_buffer():
    buffer = Buffer(size=2)
    taken = []
    producer = threading.Thread(target=produce, args=(buffer, [1, 2]))
    consumer = threading.Thread(target=consume, args=(buffer, 2, taken))
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()
    assert taken == [1, 2]
