"""An importer loads files on a thread pool; a queue says which file is over, a flag per file says how it ended.

The mistake: the signal is the last line of the work itself. A load that fails never gets there, its flag stays at
RUNNING, and the one who waits for the signal, who would deal with the error, waits without a time limit.
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

    def __init__(self, source: Source, workers: int = 2) -> None:
        self.status: dict[str, Status] = {}
        self._source = source
        self._workers = workers
        self._completed: queue.Queue[str] = queue.Queue()

    def _load(self, file: str) -> int:
        self.status[file] = Status.RUNNING
        rows = sum(1 for line in self._source.read(file) if line.strip())
        self._completed.put(file)
        return rows

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
        """Load the files and report the fate of each."""
        report = Report()
        jobs: dict[str, Future[int]] = {}
        with ThreadPoolExecutor(self._workers, thread_name_prefix="import") as pool:
            for file in files:
                self.status[file] = Status.PENDING
                jobs[file] = pool.submit(self._load, file)
            while jobs:
                file = self._completed.get()
                self._settle(file, jobs.pop(file), report)
        return report
