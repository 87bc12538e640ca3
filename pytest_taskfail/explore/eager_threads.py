"""Points that only another order reaches: each thread runs as soon as it has been started, as on a machine with time to spare.

Running each task until it blocks starts a thread late: one that finds `stop` set already may end before it has done anything, and
has no point where it could fail.
"""

from __future__ import annotations

from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import real
from . import random_orders, reduce
from .runner import Runner

SHARE = 0.1
"""Of the budget, for faults at these points."""


class Eager:
    """Picks the thread that has just been started; otherwise the one that runs."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def __call__(self, options: tuple[str, ...]) -> str:
        """One of these threads, the usual one first."""
        new = [option for option in options[1:] if option not in self.known and "!" not in option]
        self.known.update(options)
        return new[0] if new else options[0]


def search(runner: Runner, golden: Trace) -> None:
    """Runs each fault at each point that the fault-free run has not reached and this order reaches."""
    report, settings = runner.report, runner.settings
    if runner.seconds_left() < 0:
        return
    until = real.monotonic() + min(runner.seconds_left(), settings.budget * SHARE)
    trace, outcome, _ = runner.run(Plan(), Schedule(), discover=True, picker=Eager())
    if runner.judge(Plan(), random_orders.as_schedule(trace.choices), trace, outcome):
        return
    known = {reduce.group_of(reached.point) for reached in golden.reached}
    new = [reached for reached in trace.reached if reduce.group_of(reached.point) not in known]
    for case in reduce.representatives(new, settings):
        if real.monotonic() > until:
            report.fault_orders_cut = True
            return
        trace, outcome, experiment = runner.run(case.plan, Schedule(), picker=Eager())
        report.fault_orders += 1
        if not experiment.unfired():
            runner.judge(case.plan, random_orders.as_schedule(trace.choices), trace, outcome)
        runner.progress(report)
