"""A queue of jobs: workers claim them for a time, and a supervisor takes back what a lost worker has claimed.

The mistake: whoever acknowledges a job is believed. A worker that was only slow, and whose job has been taken back, does so late:
the result is entered, and once more when the job is done again.
"""

import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

LEASE = 30.0
"""Seconds that a worker has for a job."""

PERIOD = 10.0
"""Seconds between two looks of the supervisor."""


class StaleClaim(Exception):
    """The job has been taken back from this worker."""


class Ledger(Protocol):
    """Where the result of a job is entered: another system, which can fail."""

    def enter(self, job: str) -> None: ...


@dataclass(frozen=True)
class Claim:
    """A job in the hands of a worker; each claim has a number of its own."""

    job: str
    number: int


class JobQueue:
    """Hands out jobs, takes back the lost ones, and enters results."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._claimed: dict[str, tuple[Claim, float]] = {}
        self._numbers = itertools.count()
        self._closed = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise)
        self._supervisor.start()

    def add(self, job: str) -> None:
        """Put a job into the queue."""
        with self._lock:
            self._waiting.append(job)

    def claim(self) -> Claim | None:
        """Take the next job for `LEASE` seconds; nothing if none waits."""
        with self._lock:
            if not self._waiting:
                return None
            claim = Claim(self._waiting.popleft(), next(self._numbers))
            self._claimed[claim.job] = claim, time.monotonic() + LEASE
            return claim

    def acknowledge(self, claim: Claim) -> None:
        """The work is done: enter its result. The job stays claimed if the ledger fails."""
        with self._lock:
            self._ledger.enter(claim.job)
            self._claimed.pop(claim.job, None)

    def work(self) -> None:
        """What a worker does: one job after the other, until none waits."""
        while (claim := self.claim()) is not None:
            self.acknowledge(claim)

    def unfinished(self) -> int:
        """How many jobs wait or are in somebody's hands."""
        with self._lock:
            return len(self._waiting) + len(self._claimed)

    def close(self) -> None:
        """End the supervisor."""
        self._closed.set()
        self._supervisor.join()

    def _supervise(self) -> None:
        while not self._closed.wait(PERIOD):
            with self._lock:
                now = time.monotonic()
                for job in [job for job, (_, until) in self._claimed.items() if until <= now]:
                    del self._claimed[job]
                    self._waiting.append(job)
