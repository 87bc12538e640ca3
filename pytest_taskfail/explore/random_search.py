"""Runs a test in random orders of its threads."""

from __future__ import annotations

from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import real
from . import random_orders
from .runner import Runner

SECONDS_MIN = 0.5
"""Seconds that random orders get at least, where the budget allows."""


def search(runner: Runner, golden: Trace, until: float, searched: float) -> None:
    """Runs random orders until one of them shows a finding, or the time is used up.

    Args:
        runner: runs experiments.
        golden: the fault-free run.
        until: when the budget is used up, in seconds of the real clock.
        searched: seconds that the bounded search took: random orders get as long again.
    """
    until = min(until, real.monotonic() + max(searched, SECONDS_MIN))
    report, settings = runner.report, runner.settings
    report.threads, report.choices = random_orders.threads_in(golden.choices), len(golden.choices)
    for picker in random_orders.orders(golden.choices, settings.seed, expiry="timer" in settings.kinds):
        if real.monotonic() > until:
            break
        trace, outcome, _ = runner.run(Plan(), Schedule(), probe=False, picker=picker)
        report.random_orders += 1
        if runner.judge(Plan(), random_orders.as_schedule(trace.choices), trace, outcome):
            break
        runner.progress(report)
