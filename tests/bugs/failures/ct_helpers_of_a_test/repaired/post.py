"""A mailbox of a limited size, which can be closed."""

import threading
from collections import deque


class Closed(Exception):
    """Nothing is taken any more, and nothing is left."""


class Mailbox:
    def __init__(self, size):
        self.size = size
        self.letters = deque()
        self.closed = False
        self.changed = threading.Condition()

    def _refuse_if_closed(self):
        if self.closed:
            raise Closed

    def put(self, letter):
        with self.changed:
            self._refuse_if_closed()
            while len(self.letters) == self.size:
                self.changed.wait()
                self._refuse_if_closed()
            self.letters.append(letter)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while not self.letters:
                self._refuse_if_closed()
                self.changed.wait()
            letter = self.letters.popleft()
            self.changed.notify_all()
            return letter

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()
