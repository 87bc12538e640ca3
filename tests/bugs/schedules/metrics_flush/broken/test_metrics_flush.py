"""Recorders hand figures to a flusher through a small queue."""

import queue
import threading


class Metrics:
    def __init__(self):
        self._mu = threading.Lock()
        self._outbox = queue.Queue(maxsize=1)
        self._recorded = 0
        self.flushed = []

    def record(self, figure):
        with self._mu:
            self._recorded += 1
            self._outbox.put(figure)

    def flush(self, count):
        while len(self.flushed) < count:
            with self._mu:
                number = self._recorded
            self.flushed.append((number, self._outbox.get()))


def test_metrics_flush():
    metrics = Metrics()
    threads = [
        threading.Thread(target=metrics.record, args=("cpu",)),
        threading.Thread(target=metrics.flush, args=(2,)),
        threading.Thread(target=metrics.record, args=("disk",)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(figure for _, figure in metrics.flushed) == ["cpu", "disk"]
