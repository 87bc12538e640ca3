"""Notes are collected and written together half a second after the first one; who adds a note waits until it is written."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Notes:
    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []
        self._timer = None
        self.written = 0

    def add(self):
        written = threading.Event()
        with self._lock:
            self._waiting.append(written)
            if self._timer is None:
                self._timer = threading.Timer(0.5, self._flush)
                self._timer.start()
        written.wait()

    def _flush(self):
        with self._lock:
            batch = list(self._waiting)
            self._timer = None
        self._write(batch)
        with self._lock:
            self._waiting.clear()

    def _write(self, batch):
        for written in batch:
            self.written += 1
            written.set()


def test_notes_are_written():
    notes = Notes()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(notes.add)
    assert notes.written == 2
