"""Permits that a function has taken from an asyncio semaphore and that a fault has thrown it out of before it gave them back.

A semaphore does not say who has its permits, and often one task takes what another one gives back. So it is not the task that is
asked for, but the function that took the permit: it is blamed where the very fault has passed through it, and somebody waits for
ever for the permit. That somebody else may still give it back is not known before.
"""

from __future__ import annotations

import functools
import sys
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

from ...model.traces import Place, Wait
from .. import control, kept
from ..tasks import Task

if TYPE_CHECKING:
    from ..experiment import Experiment


class Permit(NamedTuple):
    """Who has taken a permit: the task, the functions of the user's that it was in, and the innermost one's line."""

    task: Task
    functions: frozenset[CodeType]
    place: Place


def acquire(stock: Any) -> Any:
    """`Semaphore.acquire`, also by `async with`."""

    @functools.wraps(stock)
    async def acquire(self: Any) -> Any:
        experiment, me = control.active, control.carrier()
        if experiment is None or me is None or me.task.coroutine is None:
            return await stock(self)
        task, (_, user) = me.task, experiment.locate(sys._getframe(1))
        functions, frame = set(), user
        while frame is not None and frame.f_code.co_name != "_run_once":
            if experiment.is_users(frame) and not experiment.in_test_body(me, frame):
                functions.add(frame.f_code)
            frame = frame.f_back
        place = Place() if user is None else experiment.files.place_of(user)
        result = await stock(self)
        experiment.permits.setdefault(self, []).append(Permit(task, frozenset(functions), place))
        return result

    return acquire


def release(stock: Any) -> Any:
    """`Semaphore.release`: of what this task has taken last; else somebody has handed his permit on."""

    @functools.wraps(stock)
    def release(self: Any) -> None:
        stock(self)
        experiment, me = control.active, control.carrier()
        taken = None if experiment is None or me is None else experiment.permits.get(self)
        if taken and me is not None:
            own = [number for number, permit in enumerate(taken) if permit.task is me.task]
            del taken[own[-1] if own else 0]

    return release


def lost(experiment: Experiment, semaphore: Any) -> Permit | None:
    """A permit whose taker the fault has thrown out."""
    taken: list[Permit] = experiment.permits.get(semaphore, [])
    for permit in taken:
        for _, point, _, error, _ in experiment.fired:
            if error is None or point.task != permit.task.path:
                continue
            passed = {code for code, _, _ in kept.trail(experiment, error)}
            if passed & permit.functions:
                return permit
    return None


def wait_for(experiment: Experiment, semaphore: Any, waiting: Wait) -> Wait:
    """The same wait, with the one who has lost a permit of what it is for."""
    permit = lost(experiment, semaphore)
    if permit is None:
        return waiting
    return Wait(waiting.task, waiting.what, waiting.place, permit.task.path, how(permit), permit.place, waiting.body)


def how(permit: Permit) -> str:
    """How the taker came to an end, in words."""
    return permit.task.ended or f"was thrown out of {permit.place.function}"
