"""No deadlock: nobody waits for something that will not come."""

from __future__ import annotations

from ..model.traces import Trace
from .runs import raise_if

__tracebackhide__ = True


def find_deadlock(trace: Trace) -> list[str]:
    """Who waits for something that will not come, a line each.

    Example:
        >>> find_deadlock(Trace())
        []
    """
    in_a_circle = not trace.stopped and any(wait.holder for wait in trace.waits)
    if not in_a_circle and trace.stopped not in ("deadlock", "hang", "stalled"):
        return []
    lines = [f"{w.task}  {w.what if w.what == 'runs on' else 'waits ' + w.what} at {w.place}" for w in trace.waits]
    return lines or [f"the run was stopped: {trace.stopped}"]


def assert_no_deadlock(trace: Trace) -> None:
    """Nobody waits for something that will not come.

    Raises:
        CheckFailed: with a line for each who waits.

    Example:
        >>> assert_no_deadlock(Trace())
    """
    raise_if(find_deadlock(trace), "these tasks wait for ever")
