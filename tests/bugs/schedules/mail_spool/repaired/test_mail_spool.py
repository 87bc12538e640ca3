"""A mail spool with one condition for its readers and one for its writers."""

import threading
from collections import deque


class Spool:
    def __init__(self, size):
        self._size = size
        self._letters = deque()
        self._mu = threading.Lock()
        self._not_empty = threading.Condition(self._mu)
        self._not_full = threading.Condition(self._mu)

    def post(self, letter):
        with self._mu:
            while len(self._letters) == self._size:
                self._not_full.wait()
            self._letters.append(letter)
            self._not_empty.notify()

    def collect(self, bag):
        with self._mu:
            while not self._letters:
                self._not_empty.wait()
            bag.append(self._letters.popleft())
            self._not_full.notify()


def post_all(spool, letters):
    for letter in letters:
        spool.post(letter)


def test_mail_spool():
    spool = Spool(size=2)
    bag = []
    threads = [threading.Thread(target=post_all, args=(spool, ["bill", "card"]))]
    threads += [threading.Thread(target=spool.collect, args=(bag,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bag) == ["bill", "card"]
