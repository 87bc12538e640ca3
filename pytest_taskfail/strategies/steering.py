"""Tells Hypothesis what an experiment has seen: towards which plans it shall go on, and what its statistics say."""

from __future__ import annotations

from hypothesis import currently_in_test_context, event, target
from hypothesis.errors import InvalidArgument

from ..explore.reduce import group_of
from ..model.traces import Trace

POINTS, HANDLERS = "taskfail: kinds of points reached", "taskfail: handlers entered"


def steer(trace: Trace, fired: int, planned: int) -> None:
    """Says how many different points were reached and how many handlers caught a fault: more is better.

    Both are facts of this one experiment, so that the same example gives the same score. Of several experiments in one example
    the first counts. Outside of a Hypothesis test this does nothing.
    """
    if not currently_in_test_context():
        return
    if planned:
        event(f"taskfail: {fired} of {planned} planned faults fired")
    handlers = {one.seen for one in trace.injected if one.seen.startswith("a handler at ")}
    reached = {group_of(one.point) for one in trace.reached} | {group_of(one.point) for one in trace.injected}
    for label, number in ((POINTS, len(reached)), (HANDLERS, len(handlers))):
        try:
            target(number, label=label)
        except InvalidArgument:
            return
