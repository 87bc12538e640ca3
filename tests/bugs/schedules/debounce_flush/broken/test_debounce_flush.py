"""Changes are collected for a while and then saved together."""

import queue
import threading

import pytest


class Saver:
    def __init__(self, delay):
        self._mu = threading.Lock()
        self._pending = []
        self.saved = queue.Queue()
        self._timer = threading.Timer(delay, self.flush)
        self._timer.start()

    def change(self, item):
        with self._mu:
            self._pending.append(item)

    def flush(self):
        with self._mu:
            batch = list(self._pending)
        for item in batch:
            self.saved.put(item)
        with self._mu:
            self._pending.clear()

    def close(self):
        self._timer.cancel()
        self.flush()
        self._timer.join()


@pytest.mark.taskfail
def test_debounce_flush():
    saver = Saver(delay=30)
    saver.change("title")
    saver.change("body")
    saver.close()
    assert sorted(saver.saved.get() for _ in range(saver.saved.qsize())) == ["body", "title"]
