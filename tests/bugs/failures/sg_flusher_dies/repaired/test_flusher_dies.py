"""Records are collected and written by a thread of their own."""

import threading


class Sink:
    def __init__(self):
        self.rows = []

    def write(self, batch):
        self.rows.extend(batch)


class Writer:
    def __init__(self, sink):
        self.sink = sink
        self.dropped = 0
        self._records = []
        self._closing = self._writing = False
        self._changed = threading.Condition()
        self._flusher = threading.Thread(target=self._run, name="flusher")
        self._flusher.start()

    def add(self, record):
        with self._changed:
            self._records.append(record)
            self._changed.notify_all()

    def flush(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._records and not self._writing)

    def close(self):
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._flusher.join()

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._records or self._closing)
                batch, self._records = self._records, []
                if not batch:
                    return
                self._writing = True
            self._write(batch)

    def _write(self, batch):
        try:
            self.sink.write(batch)
        except Exception:
            self.dropped += len(batch)
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()


def test_all_records_are_written():
    sink = Sink()
    writer = Writer(sink)
    writer.add(1)
    writer.flush()
    writer.add(2)
    writer.close()
    assert sink.rows == [1, 2]
