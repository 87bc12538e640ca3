"""Runs a test in random orders of its threads, and looks for the fewest deviations that show what one of them has shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import real
from . import random_orders

if TYPE_CHECKING:
    from .loop import Explorer, Outcome

SECONDS_MIN = 0.5
"""Seconds that random orders get at least, where the budget allows."""

SHORTEN_TRIES = 60
"""Runs that may be spent on leaving out deviations."""

Found = tuple[Schedule, Trace, "Outcome"]


def search(explorer: Explorer, golden: Trace, until: float, searched: float) -> Found | None:
    """The first random order that shows a finding, shortened; `None` if none did in time.

    Args:
        golden: the fault-free run.
        until: when the budget is used up, in seconds of the real clock.
        searched: seconds that the bounded search took: random orders get as long again.
    """
    until = min(until, real.monotonic() + max(searched, SECONDS_MIN))
    report, settings = explorer.report, explorer.settings
    report.threads, report.choices = random_orders.threads_in(golden.choices), len(golden.choices)
    for picker in random_orders.orders(golden.choices, settings.seed, expiry="timer" in settings.kinds):
        if real.monotonic() > until:
            break
        trace, outcome, _ = explorer.run(Plan(), Schedule(), probe=False, picker=picker)
        report.random_orders += 1
        if explorer.finds(trace, outcome):
            return _shortened(explorer, (random_orders.as_schedule(trace.choices), trace, outcome))
        explorer.progress(report)
    return None


def _shortened(explorer: Explorer, found: Found) -> Found:
    """The same finding with fewer deviations: with as few that none can be left out, if the tries suffice."""
    law, tries, again = explorer.finds(*found[1:]), SHORTEN_TRIES, True
    while again and tries:
        again = False
        for less in random_orders.shorter(found[0]):
            if tries == 0:
                break
            tries -= 1
            trace, outcome, _ = explorer.run(Plan(), less, probe=False)
            if not trace.diverged and explorer.finds(trace, outcome) == law:
                found, again = (less, trace, outcome), True
                break
    return found
