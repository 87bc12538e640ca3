"""Documents are indexed in a pool; a callback records the results."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Indexer:
    def __init__(self):
        self._mu = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._closed = False
        self._begun = 0
        self.counts = []

    def _count(self, text):
        with self._mu:
            self._begun += 1
        return len(text.split())

    def _record(self, future):
        with self._mu:
            self.counts.append(future.result())

    def add(self, text):
        future = self._pool.submit(self._count, text)
        future.add_done_callback(self._record)
        return future

    def close(self):
        with self._mu:
            self._closed = True
        self._pool.shutdown(wait=True)


def test_shutdown_under_lock():
    indexer = Indexer()
    assert indexer.add("to be or not").result() == 4
    indexer.close()
    assert indexer.counts == [4]
