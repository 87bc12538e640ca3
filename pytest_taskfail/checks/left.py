"""Cleaned up: no lock is held by somebody who has ended, no thread, task or process is left."""

from __future__ import annotations

from ..model.traces import Trace
from .runs import raise_if

__tracebackhide__ = True


def find_left(trace: Trace) -> list[str]:
    """Locks held by ended tasks, and threads, tasks of event loops and processes that are alive, a line each.

    Example:
        >>> find_left(Trace())
        []
    """
    locks = [f"{held.task}  {held.ended}, still holds {held.what} (taken at {held.taken})" for held in trace.holdings]
    alive = [f"{left.task}  {left.what} at {left.place}" for left in trace.alive]
    return locks + alive + [f"{left.task}  {left.what}, started at {left.started}" for left in trace.processes]


def assert_cleaned_up(trace: Trace) -> None:
    """No lock is held by an ended task, and no thread, task or process of the test is left.

    Raises:
        CheckFailed: with a line for each.

    Example:
        >>> assert_cleaned_up(Trace())
    """
    raise_if(find_left(trace), "this is left behind")
