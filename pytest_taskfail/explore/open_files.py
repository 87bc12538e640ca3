"""Whether an experiment really leaves files, sockets or pipes open, and where they were opened.

That more is open after an experiment than after the fault-free one proves nothing: garbage that is not collected yet, a
connection that was renewed, a log that is opened by the first failure. So the experiment is made twice more with a look at what
is opened. It leaves something open for good if both leave it and the second does not close what the first has left.
"""

from __future__ import annotations

import gc
from collections import Counter
from typing import TYPE_CHECKING

from ..laws import leaked_fd
from ..model.findings import Finding
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Opened, Trace
from ..runtime.descriptors import Seen, Watch, identity_of
from ..runtime.left_open import threads_are_gone, what_is_left

if TYPE_CHECKING:
    from .runner import Runner

FOR_NOTHING_MAX = 10
"""Looks that find nothing, after which a test is one that leaves descriptors to the collector of garbage."""

Left = dict[int, tuple[Seen, Opened]]
"""What one run has left open, by number."""


class OpenFiles:
    """What one test leaves open.

    Args:
        runner: runs its experiments.
    """

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.golden: Trace | None = None
        self.known: set[tuple[str, str, str]] = set()
        self.for_nothing = 0

    def findings(self, trace: Trace, plan: Plan, schedule: Schedule) -> list[Finding]:
        """The findings of `leaked-fd` of an experiment.

        Args:
            trace: what was seen.
            plan: its faults.
            schedule: its deviations.
        """
        if not self._suspicious(trace):
            return []
        first, _ = self._left(plan, schedule)
        found = _accused(_trace(first), Trace())
        if found and not self.known.issuperset(found):
            if self.golden is None:
                self.golden = self._again(self._left(Plan(), Schedule())[0], Plan(), Schedule())
            found = _accused(self._again(first, plan, schedule), self.golden)
            self.known.update(found)
        self.for_nothing += not found
        return list(found.values())

    def _suspicious(self, trace: Trace) -> bool:
        """Whether more is left open than without a fault. A thread or task that goes on may close it yet: it is the finding."""
        if not trace.opened or trace.stopped or trace.alive or self.for_nothing >= FOR_NOTHING_MAX:
            return False
        report = self.runner.report
        before = Counter(one.what for one in report.golden.opened if not report.replayed)  # a first run opens what is then kept
        return leaked_fd in self.runner.settings.laws and bool(Counter(one.what for one in trace.opened) - before)

    def _again(self, first: Left, plan: Plan, schedule: Schedule) -> Trace:
        """What one run has left open, the next one leaves open, and does not close of the first."""
        if not first:
            return Trace()
        second, watch = self._left(plan, schedule)
        still = [opened for number, (seen, opened) in first.items() if number not in watch.seen and _is_open(number, seen)]
        again = [opened for _, opened in second.values()]
        return Trace(opened=tuple((Counter(still) & Counter(again)).elements()))

    def _left(self, plan: Plan, schedule: Schedule) -> tuple[Left, Watch]:
        """What a run leaves open when nothing of it is in memory any more but what others keep."""
        watch = Watch()
        with watch.on():
            trace, outcome, experiment = self.runner.run(plan, schedule, probe=bool(plan))
        usable = not (experiment.unfired() or trace.diverged or trace.stopped or trace.alive) and threads_are_gone(experiment)
        left = what_is_left(watch, experiment, outcome.error) if usable else {}
        del trace, outcome, experiment
        for generation in (0, 2):  # nearly all that the run has made is in 0, which is quick
            accused = _accused(_trace(left), Trace())
            if accused and not (generation and self.known.issuperset(accused)):
                gc.collect(generation)
                left = {number: one for number, one in left.items() if _is_open(number, one[0])}
        return left, watch


def _trace(left: Left) -> Trace:
    return Trace(opened=tuple(opened for _, opened in left.values()))


def _accused(trace: Trace, golden: Trace) -> dict[tuple[str, str, str], Finding]:
    return {finding.key: finding for finding in leaked_fd(trace, golden)}


def _is_open(number: int, seen: Seen) -> bool:
    return identity_of(number) == seen.one
