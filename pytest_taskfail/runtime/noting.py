"""What is noted of calls, retries, breakers and deliveries: it goes into the trace of the experiment, in whatever process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from ..errors import PlanError
from ..model.notes import CANCELLING, NOTED, RETRY, retry_text
from . import control

Sink = Callable[[str, str, str], None]
Undo = Callable[[], None]
"""Ends what has been begun."""

sink: Sink | None = None
"""Takes what is noted in a process that is about to crash, which has no experiment: kind, name, text."""

_OWN = (__file__, os.path.join(os.path.dirname(__file__), "record.py"))


class Here(NamedTuple):
    """Who notes: the experiment, or this process's side of a real one, and the task.

    Args:
        world: the experiment or side.
        me: what its `reach` wants to know of the thread; `None` where no point may be.
        task: path of the task.
    """

    world: Any
    me: Any
    task: str


def here() -> Here | None:
    """What runs now, if it is an experiment."""
    experiment = control.active
    if experiment is not None:
        me = control.carrier()
        if me is None:
            return Here(experiment, None, "another thread")
        watched = experiment.probe and not (me.depth or me.task.is_test or me.task.of_wire or experiment.scheduler.aborting)
        return Here(experiment, me if watched else None, me.task.path)
    module = sys.modules.get("pytest_taskfail.runtime.processes.side")
    side = module.here() if module is not None else None
    if side is None:
        return None
    return Here(side, None if side.task.is_test else side.task, side.task.path)


def note(kind: str, name: str, text: str = "") -> None:
    """Notes an event of the experiment that runs; outside of one nothing happens.

    Args:
        kind: `retry`, `breaker`, `breaker-failure`, `emit` or `deliver` (of `record`: `attempt`, `effect`, `failure`).
        name: of what: a function, a breaker, an event.
        text: of a breaker its state, of a counted failure its type, of a delivery the listener, of a retry what
            `pytest_taskfail.model.notes.retry_text` makes.

    Raises:
        PlanError: there is no such kind.
    """
    if kind not in NOTED:
        raise PlanError(f"taskfail.note: there is no kind {kind!r}; the kinds are {', '.join(NOTED)}")
    write(kind, name, text, users_frame(sys._getframe(1)))


def write(kind: str, name: str, text: str, frame: FrameType | None) -> None:
    """The same, for what happened at the line of a frame."""
    if sink is not None:
        sink(kind, name, text)
        return
    where = here()
    if where is None:
        return
    experiment = control.active
    if experiment is not None and where.world is experiment:
        experiment.event(where.task, kind, name, watched(experiment, frame), text)
    else:
        where.world.trace.write(
            kind, task=where.task, what=name, note=text, place=where.world.place(where.world.users_frame(frame))
        )


def note_retry(name: str, number: int, error: str, wait: float) -> None:
    """Notes that a function is going to be tried again.

    Args:
        name: of the function.
        number: of the retry, counted from 1.
        error: name of the type of the error; empty where a result led to it.
        wait: seconds until then.
    """
    frame = users_frame(sys._getframe(1))
    if goes_on_cancelled():
        write(CANCELLING, name, "", frame)
    write(RETRY, name, retry_text(number, error, wait), frame)


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is not of this file or of `record.py`."""
    while frame is not None and frame.f_code.co_filename in _OWN:
        frame = frame.f_back
    return frame


def watched(experiment: Any, frame: FrameType | None) -> FrameType | None:
    while frame is not None and not experiment.is_users(frame):
        frame = frame.f_back
    return frame


def goes_on_cancelled() -> bool:
    """Whether the running task of asyncio has been cancelled and has not said that this is over (`Task.uncancel`)."""
    asyncio = sys.modules.get("asyncio")
    try:
        task = asyncio.current_task() if asyncio is not None else None
    except RuntimeError:
        return False
    return task is not None and bool(task.cancelling())
