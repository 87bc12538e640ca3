"""Faults in another order of threads: each fault of the sweep with each single deviation, those next to the fault first.

A failure matters most for what others do about that time, so the distance between the two decides; plans take turns.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.plans import Plan
from ..model.schedules import Schedule
from ..runtime import real
from .runner import Runner
from .sweep import Swept

SHARE = 0.2
"""Of the budget, for faults in another order."""


def search(runner: Runner, swept: list[Swept]) -> None:
    """Runs faults in other orders until something is found, or all or the time is used up."""
    report = runner.report
    until = real.monotonic() + min(runner.seconds_left(), runner.settings.budget * SHARE)
    for plan, schedule in turns(swept, expiry="timer" in runner.settings.kinds):
        if real.monotonic() > until:
            report.fault_orders_cut = True
            return
        trace, outcome, experiment = runner.run(plan, schedule)
        report.fault_orders += 1
        if experiment.unfired() or trace.diverged:
            continue
        if runner.judge(plan, schedule, trace, outcome):
            return
        runner.progress(report)
    report.fault_orders_cut = any(one.cut for one in swept)


def turns(swept: list[Swept], expiry: bool) -> Iterator[tuple[Plan, Schedule]]:
    """Each plan with each single deviation: the nearest one of each plan, then the second nearest, and so on."""
    waiting = [(one.plan, _deviating(one, expiry)) for one in swept]
    while waiting:
        left = []
        for plan, schedules in waiting:
            schedule = next(schedules, None)
            if schedule is not None:
                left.append((plan, schedules))
                yield plan, schedule
        waiting = left


def _deviating(one: Swept, expiry: bool) -> Iterator[Schedule]:
    for number, choice in one.choices:
        for option in choice.options:
            if option != choice.chosen and (expiry or "!" not in option):
                yield Schedule(((number, option),))
