"""A chaos test: jobs are claimed, workers are lost or only late, the ledger fails. Each result is entered once all the same."""

from collections import Counter

from hypothesis import settings
from hypothesis.stateful import precondition, rule

from pytest_taskfail import strategies as st

from . import app

SETTINGS = settings(deadline=None, stateful_step_count=20)


class Ledger:
    """Stands in for the ledger, a system of its own."""

    def __init__(self) -> None:
        self.entries: Counter[str] = Counter()

    def enter(self, job: str) -> None:
        self.entries[job] += 1


class Chaos(st.ChaosMachine):
    queue_type = app.JobQueue
    chaos = ("raise ConnectionError @ call:Ledger.enter",)
    delays = (app.PERIOD, app.LEASE)

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.queue = self.queue_type(self.ledger)
        self.jobs = 0
        self.at_work: list[app.Claim] = []
        self.lost: list[app.Claim] = []
        self.add()

    @rule()
    def add(self) -> None:
        self.queue.add(f"job {self.jobs}")
        self.jobs += 1

    @rule()
    def claim(self) -> None:
        claim = self.queue.claim()
        if claim is not None:
            self.at_work.append(claim)

    @precondition(lambda self: self.at_work)
    @rule()
    def acknowledge(self) -> None:
        self._acknowledge(self.at_work.pop(0))

    @precondition(lambda self: self.at_work)
    @rule()
    def crash(self) -> None:
        """A worker is not heard of any more, until the job has been taken back from it."""
        self.lost.append(self.at_work.pop(0))
        self.advance(app.LEASE + app.PERIOD)

    @precondition(lambda self: self.lost)
    @rule()
    def acknowledge_late(self) -> None:
        """It was only slow."""
        self._acknowledge(self.lost.pop(0))

    @rule()
    def work(self) -> None:
        """Another worker begins, in a thread of its own."""
        self.submit(self._work)

    def _work(self) -> None:
        try:
            self.queue.work()
        except ConnectionError:
            pass  # the ledger has failed: this worker ends, and its job is taken back from it

    def _acknowledge(self, claim: app.Claim) -> None:
        try:
            self.queue.acknowledge(claim)
        except app.StaleClaim:
            pass

    def shut_down(self) -> None:
        """Healthy workers do the rest. Then each result has been entered once."""
        try:
            while self.queue.unfinished():
                self.submit(self._work).result()
                self.advance(app.LEASE + app.PERIOD)
            assert self.ledger.entries == {f"job {number}": 1 for number in range(self.jobs)}
        finally:
            self.queue.close()


TestQueue = Chaos.TestCase
TestQueue.settings = SETTINGS
