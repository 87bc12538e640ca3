"""Two clients open pages; each keeps a list of its own of what it has seen."""

import queue
import threading

import pytest


class Hits:
    def __init__(self):
        self.count = 0
        self.lock = threading.Lock()

    def open(self, page, seen):
        before = self.count
        seen.put(page)
        self.count = before + 1


def visit(hits, pages):
    seen = queue.SimpleQueue()
    for page in pages:
        hits.open(page, seen)


@pytest.mark.taskfail
def test_hits():
    hits = Hits()
    clients = [threading.Thread(target=visit, args=(hits, pages)) for pages in ("ab", "cd")]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert hits.count == 4
