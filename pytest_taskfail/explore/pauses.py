"""Orders in which a thread is held up right after it has given a signal or given back its last lock.

What it does then without a lock, to plain variables, is done before its next operation, where the bounded search would let
others run: too late for those who take the signal for a promise that everything is done. Each such place of the fault-free
order is tried once with each thread that could run there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.plans import Plan
from ..model.schedules import Schedule
from .runner import Runner


def orders(runner: Runner) -> Iterator[Schedule]:
    """One schedule for each such place and each other thread, once asked for; the first costs a run that looks for the places."""
    _, _, experiment = runner.run(Plan(), Schedule(), probe=False, pausing=True)
    places = experiment.scheduler.chooser.pauses
    for number, other in dict.fromkeys((number, other) for number, others in places for other in others):
        yield Schedule(((number, f"+{other}"),))
