"""A price board under a lock that prefers writers."""

import queue
import threading


class Board:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writing = False
        self._waiting_writers = 0
        self._price = 3
        self.journal = queue.Queue()

    def read(self, seen):
        with self._cond:
            while self._writing or self._waiting_writers:
                self._cond.wait()
            self._readers += 1
        seen.append(self._price)
        with self._cond:
            self._readers -= 1
            self._cond.notify_all()

    def write(self, price):
        with self._cond:
            self._waiting_writers += 1
            while self._writing or self._readers:
                self._cond.wait()
            self._waiting_writers -= 1
            self._writing = True
        self._price = price
        self.journal.put(price)
        with self._cond:
            self._writing = False
            self._cond.notify_all()


def test_price_board():
    board = Board()
    seen = []
    threads = [
        threading.Thread(target=board.write, args=(4,)),
        threading.Thread(target=board.read, args=(seen,)),
        threading.Thread(target=board.write, args=(5,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0] in (3, 4, 5)
