"""An executor of somebody else's, which knows nothing of pytest-taskfail: one thread, and jobs that are asked for their value."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any


class QuotaExceeded(Exception):
    """This tenant has used up its jobs for today."""


class Job:
    def __init__(self, call: Callable[[], Any]) -> None:
        self.call = call
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.call()
        except BaseException as error:
            self.error = error
        self.done.set()

    def value(self) -> Any:
        self.done.wait()
        if self.error is not None:
            raise self.error
        return self.result


class Pool:
    """Runs jobs in their order; with `stop` those behind a failed one fail too, instead of being run."""

    def __init__(self, stop: bool = False) -> None:
        self.stop = stop
        self.jobs: deque[Job] = deque()
        self.changed = threading.Condition()
        self.closed = False
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def go(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Job:
        job = Job(partial(function, *args, **kwargs))
        with self.changed:
            if self.closed:
                raise RuntimeError("the pool is closed")
            self.jobs.append(job)
            self.changed.notify()
        return job

    def work(self) -> None:
        failed: BaseException | None = None
        while True:
            with self.changed:
                while not self.jobs and not self.closed:
                    self.changed.wait()
                if not self.jobs:
                    return
                job = self.jobs.popleft()
            if failed is not None and self.stop:
                job.error = failed
                job.done.set()
            else:
                job.run()
                failed = job.error

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify()
        self.thread.join()
