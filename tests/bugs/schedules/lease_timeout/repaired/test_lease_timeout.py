"""Writers lease a sheet for a moment, or give up."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Sheet:
    def __init__(self):
        self._mu = threading.Lock()
        self.journal = queue.Queue()
        self.cells = {}

    def write(self, cell, value):
        if not self._mu.acquire(timeout=0.2):
            return False
        try:
            self.journal.put(cell)
            self.cells[cell] = value
            return True
        finally:
            self._mu.release()


@pytest.mark.taskfail
def test_lease_timeout():
    sheet = Sheet()
    with ThreadPoolExecutor(max_workers=2) as pool:
        written = list(pool.map(sheet.write, ["A1", "B2"], [10, 20]))
    assert len(sheet.cells) == sheet.journal.qsize() == written.count(True)
