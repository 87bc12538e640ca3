"""An importer loads files on a thread pool; a queue says which file is over, a flag per file says how it ended.

The signal is sent by the future, not by the code that does the work. A future is over whatever happens: the load
succeeded, it failed half-way, it failed before its first line, or it was cancelled. So the signal always comes.
"""

import queue
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Source(Protocol):
    """Where the files are: a remote system, which can fail."""

    def read(self, file: str) -> list[str]: ...


class Status(Enum):
    """How far a file has come."""

    PENDING = "pending"
    RUNNING = "running"
    LOADED = "loaded"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class Report:
    """The fate of every file; each is in exactly one of the three."""

    rows: dict[str, int] = field(default_factory=dict)
    failed: dict[str, BaseException] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


class Importer:
    """Loads files side by side; `status` may be looked at while it does."""

    patience = 60.0
    """After so many seconds without a signal, what has not started is given up."""

    def __init__(self, source: Source, workers: int = 2) -> None:
        self.status: dict[str, Status] = {}
        self._source = source
        self._workers = workers

    def _load(self, file: str) -> int:
        self.status[file] = Status.RUNNING
        return sum(1 for line in self._source.read(file) if line.strip())

    def _settle(self, file: str, job: Future[int], report: Report) -> None:
        if job.cancelled():
            self.status[file] = Status.SKIPPED
            report.skipped.append(file)
        elif (error := job.exception()) is not None:
            self.status[file] = Status.FAILED
            report.failed[file] = error
        else:
            self.status[file] = Status.LOADED
            report.rows[file] = job.result()

    def run(self, files: Iterable[str]) -> Report:
        """Load the files and report the fate of each.

        When no file gets ready for `patience` seconds, those that have not started are skipped. Those that are being
        read are waited for, since a thread cannot be stopped: the source has to limit the time of a single read.
        """
        report = Report()
        jobs: dict[Future[int], str] = {}
        completed: queue.Queue[Future[int]] = queue.Queue()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="import") as pool:
            for file in files:
                self.status[file] = Status.PENDING
                job = pool.submit(self._load, file)
                jobs[job] = file
                job.add_done_callback(completed.put)
            while jobs:
                try:
                    job = completed.get(timeout=self.patience)
                except queue.Empty:
                    for unfinished in jobs:
                        unfinished.cancel()
                    break
                self._settle(jobs.pop(job), job, report)
        for job, file in jobs.items():
            self._settle(file, job, report)
        return report
