"""What is written down is what was done, whatever fails between the two."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.taskfail


class Post:
    """Stands for the world: it takes a letter with the same key once."""

    def __init__(self):
        self.sent, self.keys = [], set()

    def send(self, letter, key):
        if key not in self.keys:
            self.keys.add(key)
            self.sent.append(letter)
        return len(self.sent)


class Office:
    def __init__(self, post):
        self.post, self.lock = post, threading.Lock()
        self.out, self.stamps, self.open = [], 10, 0

    def mail(self, letter):
        self.open += 1
        try:
            for attempt in range(3):
                try:
                    self.post.send(letter, key=letter)
                    break
                except ConnectionError:
                    if attempt == 2:
                        raise
            self.out.append(letter)
        finally:
            self.open -= 1

    def frank(self, letter):
        self.stamps -= 1
        try:
            self.post.send(letter, key=letter)
        except BaseException:
            self.stamps += 1
            raise
        self.out.append(letter)


def run(method, letters):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(method, letter) for letter in letters]
    return [job.result() for job in jobs]


def test_what_is_out_was_sent_and_nothing_is_open():
    office = Office(Post())
    try:
        run(office.mail, ["a", "b"])
    finally:
        assert set(office.out) <= set(office.post.sent)
        assert len(office.post.sent) == len(set(office.post.sent))
        assert office.open == 0


def test_a_stamp_for_each_letter_that_is_out():
    office = Office(Post())
    try:
        run(office.frank, ["a", "b"])
    finally:
        assert office.stamps == 10 - len(office.out)
