"""Threads that wait for each other's locks for ever although the test has ended: it had joined them with a time limit only.

A test that has a limit for everything never hangs, so that its own end says nothing. Which of its threads are left is its own
matter, but a circle of locks among them is none: nobody in it can give back what the next one waits for. It is looked for when
all threads have had their time to end.
"""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, Any

from ..model.traces import Wait
from . import leftovers
from .carriers import BLOCKED, Carrier
from .reading.syntax import tree_of

if TYPE_CHECKING:
    from .experiment import Experiment


def waits(experiment: Experiment) -> tuple[Wait, ...]:
    """Who waits in a circle of locks, each for one that the next one holds."""
    blocked = [one for one in experiment.scheduler.carriers if _waits_for_good(one)]
    in_hand = {id(one.task): one for one in blocked}
    holders = {one: in_hand[id(one.on.owner)] for one in blocked if id(one.on.owner) in in_hand}
    circle = [one for one in holders if _comes_back(one, holders)]
    found = [leftovers.wait_of(experiment, one) for one in circle]
    return tuple(wait for wait in found if wait is not None)


def _waits_for_good(carrier: Carrier) -> bool:
    """Whether a thread waits without a limit for a lock that some task holds."""
    return carrier.state is BLOCKED and carrier.deadline is None and getattr(carrier.on, "owner", None) is not None


def _comes_back(carrier: Carrier, holders: dict[Carrier, Carrier]) -> bool:
    """Whether one comes from this thread back to it, from each to the holder of the lock that it waits for.

    Who waits for a lock that it has taken itself may use it as a signal, which another thread gives by its release; it does not
    if it has taken it by `with`.
    """
    if holders[carrier] is carrier:
        return _by_with(*carrier.on.taken[1:3])
    seen, at = {carrier}, holders[carrier]
    while at not in seen and at in holders:
        seen.add(at)
        at = holders[at]
    return at is carrier


@functools.lru_cache(maxsize=64)
def _by_with(filename: str, line: int) -> bool:
    """Whether the line enters a `with`."""
    entered: list[Any] = []
    for node in ast.walk(tree_of(filename)):
        if isinstance(node, ast.With):
            entered += [item.context_expr for item in node.items]
    return any(one.lineno <= line <= (one.end_lineno or one.lineno) for one in entered)
