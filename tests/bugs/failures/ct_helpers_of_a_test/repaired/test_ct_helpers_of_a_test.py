"""The mailbox is tried with threads of the test's own, as the test of a queue does it."""

import threading
from concurrent.futures import ThreadPoolExecutor

from post import Closed, Mailbox


def test_a_full_mailbox_lets_writers_wait():
    box = Mailbox(1)

    def write():
        for letter in range(3):
            box.put(letter)

    writer = threading.Thread(target=write)
    writer.start()
    assert [box.get() for _ in range(3)] == [0, 1, 2]
    writer.join()


class Reader(threading.Thread):
    def __init__(self, box):
        super().__init__()
        self.box = box
        self.read = []
        self.begun = threading.Event()

    def run(self):
        self.begun.set()
        try:
            while True:
                self.read.append(self.box.get())
        except Closed:
            pass


def test_readers_end_when_it_is_closed():
    box = Mailbox(2)
    reader = Reader(box)
    reader.start()
    reader.begun.wait()
    for letter in range(3):
        box.put(letter)
    box.close()
    reader.join()
    assert reader.read == [0, 1, 2]


def test_a_letter_goes_to_and_fro():
    there, back = Mailbox(1), Mailbox(1)

    def echo():
        back.put(there.get() + 1)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(echo)
        there.put(1)
        assert back.get() == 2
        answer.result()
