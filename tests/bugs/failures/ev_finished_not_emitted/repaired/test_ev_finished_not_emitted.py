"""Imports run in the background; the command line tool waits for their 'finished' events."""

import threading
from concurrent.futures import ThreadPoolExecutor

from pyee.base import EventEmitter


class Import:
    def __init__(self, name, rows):
        self.name, self.rows = name, rows

    def load(self):
        return len(self.rows)


class Importer:
    def __init__(self, pool):
        self.pool = pool
        self.events = EventEmitter()

    def _run(self, job):
        count = None
        try:
            count = job.load()
        finally:
            self.events.emit("finished", job.name, count)

    def start(self, job):
        return self.pool.submit(self._run, job)


def import_all(jobs):
    counts, everything = {}, threading.Event()
    with ThreadPoolExecutor(2) as pool:
        importer = Importer(pool)

        @importer.events.on("finished")
        def finished(name, count):
            counts[name] = count
            if len(counts) == len(jobs):
                everything.set()

        futures = [importer.start(job) for job in jobs]
        while not everything.wait(0.05):
            if all(future.done() for future in futures):
                break
    return counts, [error for future in futures if (error := future.exception())]


def test_all_imports_finish():
    counts, errors = import_all([Import("a", [1, 2]), Import("b", [3]), Import("c", [])])
    assert counts == {"a": 2, "b": 1, "c": 0} and errors == []
