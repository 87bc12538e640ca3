"""A background task manager: it counts its active tasks, calls error handlers and can wait for all tasks."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("background")


class Manager:
    def __init__(self, workers=2):
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="background")
        self._changed = threading.Condition()
        self.active, self.succeeded, self.errors, self.handlers = 0, 0, [], []
        self.futures = []

    def on_error(self, handler):
        self.handlers.append(handler)

    def _run(self, name, function):
        try:
            function()
        except Exception as error:
            for handler in self.handlers:
                handler(name, error)
        else:
            self.succeeded += 1
        with self._changed:
            self.active -= 1
            self._changed.notify_all()

    def start(self, name, function):
        with self._changed:
            self.active += 1
        self.futures.append(self._pool.submit(self._run, name, function))

    def wait_all(self):
        with self._changed:
            while self.active:
                self._changed.wait()
        for future in self.futures:
            future.result()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._pool.shutdown()


class Job:
    def __init__(self, name):
        self.name = name

    def run(self):
        return len(self.name)


def test_all_jobs_are_run():
    with Manager() as manager:
        manager.on_error(lambda name, error: manager.errors.append(f"{name}: [{error.errno}] {error}"))
        for name in ("index", "mail", "thumbs"):
            manager.start(name, Job(name).run)
        manager.wait_all()
        assert manager.succeeded == 3 and manager.errors == []
