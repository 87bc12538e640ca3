"""Orders of threads without faults: the bounded search and random orders take turns, run by run.

So whichever of the two needs fewer runs for a bug, it is found in about twice as many, and none waits for the time of the other
to be used up. How many runs there are depends on the time; which ones, and in which sequence, on the seed alone. The bounded
search goes on where it was, so what it is complete up to holds as ever. Later a third kind of orders joins them: pauses.py.
"""

from __future__ import annotations

from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import real
from . import pauses, random_orders, schedules
from .runner import Runner

HEAD_START = 16
"""Runs of the bounded search before the first random order: most bugs need one deviation, and then it is told as such."""

RANDOM_MIN = 200
"""Random orders, where the budget allows, before it is enough to have run as many of them as of bounded ones."""

PAUSES_FROM, PAUSES_EVERY = 64, 3
"""After so many runs each third one holds a thread up after a signal or release; before that only where nothing else is left."""


def search(runner: Runner, golden: Trace, until: float) -> None:
    """Runs other orders until one of them shows a finding, all are tried, or the time is used up.

    Args:
        runner: runs experiments.
        golden: the fault-free run.
        until: when the time is used up, in seconds of the real clock.
    """
    report, settings = runner.report, runner.settings
    expiry = "timer" in settings.kinds
    bounded = schedules.Search(golden.choices, expiry=expiry)
    nearest, pickers = iter(bounded), random_orders.orders(golden.choices, settings.seed, expiry=expiry)
    threads, choices = random_orders.threads_in(golden.choices), len(golden.choices)
    paused = pauses.orders(runner)
    while real.monotonic() <= until:
        schedule, is_bounded = None, False
        runs = report.schedules + report.random_orders + report.pauses
        if runs >= PAUSES_FROM and runs % PAUSES_EVERY == 0:
            schedule = next(paused, None)
        if schedule is None and not bounded.exhausted and report.schedules <= HEAD_START + report.random_orders:
            schedule, is_bounded = next(nearest, None), True
        enough = not bounded.cut or report.random_orders >= max(report.schedules, RANDOM_MIN)
        if schedule is None and bounded.exhausted and enough:
            schedule, is_bounded = next(paused, None), False
            if schedule is None:
                break
        if schedule is None:
            trace, outcome, _ = runner.run(Plan(), Schedule(), probe=False, picker=next(pickers))
            report.random_orders += 1
            report.threads, report.choices = threads, choices
            schedule = random_orders.as_schedule(trace.choices)
        else:
            trace, outcome, _ = runner.run(Plan(), schedule, probe=False)
            if is_bounded:
                report.schedules += 1
                bounded.learn(schedule, trace.choices)
            else:
                report.pauses += 1
        if runner.judge(Plan(), schedule, trace, outcome):
            break
        runner.progress(report)
    report.schedules_exhausted, report.deviations_complete = bounded.exhausted, bounded.deviations_complete
