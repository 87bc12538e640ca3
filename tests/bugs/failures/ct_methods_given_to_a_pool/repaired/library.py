"""A shelf from which readers take books, and for which they wait."""

import threading
from collections import deque


class Closed(Exception):
    """The library has closed."""


class Shelf:
    def __init__(self):
        self.books = deque()
        self.waiting = 0
        self.closed = False
        self.changed = threading.Condition()

    def _refuse_if_closed(self):
        if self.closed:
            raise Closed

    def put(self, book):
        with self.changed:
            self.books.append(book)
            self.changed.notify()

    def take(self):
        with self.changed:
            self._refuse_if_closed()
            while not self.books:
                self.waiting += 1
                try:
                    self.changed.wait()
                finally:
                    self.waiting -= 1
            return self.books.popleft()
