"""A store with a lock, a thread that writes and a permit for each reader leaves nothing behind."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


class Store:
    def __init__(self):
        self.lock = threading.Lock()
        self.readers = threading.Semaphore(2)
        self.rows, self.waiting = {}, queue.Queue()

    def write(self):
        while (row := self.waiting.get()) is not None:
            with self.lock:
                self.rows[row] = parse(row)

    def read(self, row):
        self.readers.acquire()
        try:
            with self.lock:
                return parse(self.rows.get(row, row))
        finally:
            self.readers.release()

    def session(self, rows):
        writer = threading.Thread(target=self.write, daemon=True)
        writer.start()
        try:
            for row in rows:
                self.waiting.put(check(row))
            return [self.read(row) for row in rows]
        finally:
            self.waiting.put(None)
            writer.join()


def parse(row):
    return row


def check(row):
    return row


def run(rows):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(Store().session, rows).exception()


@pytest.mark.parametrize("at", ["call:parse in session#0", "call:check in session#0", "call:parse in session#0/write#0"])
def test_nothing_is_left(taskfail, at):
    taskfail.inject(Raise(OSError), at=at)
    run([1, 2])
    taskfail.assert_cleaned_up()
