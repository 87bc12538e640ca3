"""Readings go through a bounded queue to the one thread that writes the database."""

import queue
import threading


class Database:
    def __init__(self):
        self.rows = []

    def insert(self, row):
        self.rows.append(row)


class Writer:
    def __init__(self, database, depth=2):
        self.database = database
        self.rows = queue.Queue(maxsize=depth)
        self.thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self.thread.start()

    def _run(self):
        while (row := self.rows.get()) is not None:
            self.database.insert(row)

    def write(self, row):
        while self.thread.is_alive():
            try:
                return self.rows.put(row, timeout=0.05)
            except queue.Full:
                continue
        raise RuntimeError(f"the writer has died, {row!r} is not written")

    def close(self):
        self.write(None)
        self.thread.join()


def test_all_readings_are_written():
    database = Database()
    writer = Writer(database)
    for reading in range(8):
        writer.write(("boiler", reading))
    writer.close()
    assert [reading for _, reading in database.rows] == list(range(8))
