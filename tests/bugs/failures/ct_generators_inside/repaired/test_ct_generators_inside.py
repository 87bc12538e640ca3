"""A printer behind a lock; generators are used for what they are often used for, and none of them reads from outside."""

import contextlib
import threading

import pytest


class Printer:
    def __init__(self):
        self.lock, self.paper, self.lost = threading.Lock(), [], []

    @contextlib.contextmanager
    def reserved(self):
        self.lock.acquire()
        try:
            yield self.paper
        finally:
            self.lock.release()

    def print(self, text):
        try:
            with self.reserved() as paper:
                paper.extend(part.strip() for part in text.split(","))
        except Exception as error:
            self.lost.append(error)


@pytest.mark.taskfail
def test_each_text_is_printed():
    printer = Printer()
    threads = [threading.Thread(target=printer.print, args=(text,)) for text in ("a, b", "c, d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert printer.lost or sorted(printer.paper) == ["a", "b", "c", "d"]
