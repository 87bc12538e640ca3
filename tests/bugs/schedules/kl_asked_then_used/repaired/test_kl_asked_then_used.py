"""A writer may be closed while somebody adds a line; whoever adds has asked whether it is open."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Writer:
    def __init__(self):
        self.lock = threading.Lock()
        self.open = True
        self.pages = {"first": []}

    def add(self, text):
        with self.lock:
            if self.open:
                self.pages["first"].append(text)

    def close(self):
        with self.lock:
            self.open = False
            self.pages.clear()


@pytest.mark.taskfail
def test_kl_asked_then_used():
    writer = Writer()
    with ThreadPoolExecutor(2) as pool:
        adding = pool.submit(writer.add, "hello")
        pool.submit(writer.close)
    adding.result()
    assert not writer.open
