"""Tasks of event loops: how they are made, and what is left of them when a loop has done what it ran for."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.faults import Cancel
from ...model.traces import OF_LOOP, Alive, Place
from .. import control, real
from ..carriers import Carrier
from ..reading import sources
from ..tasks import Task
from . import cancellation, entering, handles, references, siblings
from .chains import frame_of
from .coroutines import TaskCoroutine
from .siblings import OrderedTask

if TYPE_CHECKING:
    from ..experiment import Experiment


def create_task(stock: Any) -> Any:
    """`loop.create_task`, above any task factory of the user's."""

    @functools.wraps(stock)
    def dispatch(self: Any, coro: Any, **kwargs: Any) -> Any:
        experiment = control.active
        me = None if experiment is None else experiment.scheduler.by_ident.get(real.get_ident())
        if experiment is None or me is None or not asyncio.iscoroutine(coro) or isinstance(coro, TaskCoroutine):
            return stock(self, coro, **kwargs)
        return _create(experiment, me, stock, self, coro, kwargs)

    return dispatch


def _create(experiment: Experiment, me: Carrier, stock: Any, loop: Any, coro: Any, kwargs: dict[str, Any]) -> Any:
    frame = _users_frame(experiment, sys._getframe(2))
    is_main = not loop.is_running()
    by_test = frame is not None and experiment.in_test_body(me, frame)
    inner = _inner(experiment, coro)
    name = getattr(inner, "__name__", type(inner).__name__)
    where = None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
    task = Task(me.task.child_path(name), by_test, where)
    experiment.tasks.append(task)
    task.coroutine = wrapped = TaskCoroutine(experiment, task, coro, inner, is_main)
    task.entry = wrapped.__code__.co_filename if wrapped.__code__ is not None else ""
    wrapped.canceller = cancellation.canceller(experiment, sys._getframe(2), wrapped.is_users)
    wrapped.entering = entering.of(experiment, sys._getframe(2))
    wrapped.of_loop = frame is None and not is_main
    if wrapped.of_loop and wrapped.is_users:
        # A connection of a server in a test file: the other end of the wire does not fail.
        task.of_wire = experiment.files.kind(wrapped.__code__.co_filename) == sources.TEST
    if is_main:
        if wrapped.is_own:
            experiment.left.pop(id(loop), None)
        task.of_test, task.children = me.task.of_test, me.task.children
    elif wrapped.is_own:
        experiment.event(me.task.path, "submit", task.path, frame, OF_LOOP)
    fault = wrapped.start(me, frame)
    before = me.task
    try:
        wrapped.asyncio_task = made = _maker(loop, stock)(loop, wrapped, **kwargs)
        siblings.belongs(made, wrapped)
        if before.coroutine is not None:
            before.coroutine.made.append(wrapped)
    finally:
        me.task = before
    if isinstance(fault, Cancel):
        made.cancel()
    return made


def _users_frame(experiment: Experiment, frame: FrameType | None) -> FrameType | None:
    """The user's frame that makes a task, also by way of a library; none where a loop makes it by itself."""
    found: FrameType | None = None
    while frame is not None and frame.f_code.co_name != "_run_once":
        kind = experiment.files.kind(frame.f_code.co_filename)
        if kind in (sources.USER, sources.TEST):
            return frame
        if kind == sources.LIBRARY and found is None:
            found = frame
        frame = frame.f_back
    return found


def _inner(experiment: Experiment, coro: Any) -> Any:
    """The coroutine of the user's that a library's coroutine is going to run, as anyio's groups do; else the coroutine itself."""
    frame = frame_of(coro)
    if frame is None or experiment.files.kind(frame.f_code.co_filename) != sources.LIBRARY:
        return coro
    values = list(frame.f_locals.values())
    for value in frame.f_locals.values():
        values += getattr(value, "__dict__", {}).values()
        values += [getattr(value, name, None) for name in getattr(type(value), "__slots__", ()) if isinstance(name, str)]
    for value in values:
        inner = frame_of(value) if asyncio.iscoroutine(value) else None
        if inner is not None and experiment.is_users(inner):
            return value
    return coro


def _maker(loop: Any, stock: Any) -> Any:
    """What makes a task in a loop: a factory of the user's, or we as asyncio does."""
    factory = loop.get_task_factory()
    if factory is None:
        return _ordinary_task
    eager = factory is getattr(asyncio, "eager_task_factory", None)  # since 3.12
    return functools.partial(_ordinary_task, eager_start=True) if eager else stock


def _ordinary_task(loop: Any, coro: TaskCoroutine, **kwargs: Any) -> OrderedTask:
    task = OrderedTask.__new__(OrderedTask)
    task._coro_number = coro.experiment.next_ordinal()
    siblings.belongs(task, coro)
    task.__init__(coro, loop=loop, **kwargs)  # type: ignore[misc]
    return task


def look_away(experiment: Experiment) -> None:
    """At the end: notes whose failure nobody has looked at, and keeps asyncio from telling it whenever they are collected."""
    for task in experiment.tasks:
        made = None if task.coroutine is None else task.coroutine.asyncio_task
        if made is not None:
            task.coroutine.unread = bool(getattr(made, "_log_traceback", False))
            made._log_destroy_pending = False
            with contextlib.suppress(AttributeError, ValueError):
                made._log_traceback = False


def loop_returned(experiment: Experiment, loop: Any) -> None:
    """A loop has stopped: if what it ran for was a coroutine of the user's, the tasks that are there now are what is left."""
    main = _main_ended(experiment, loop)
    if main is not None:
        experiment.left[id(loop)] = [_alive(one, main) for one in what_is_left(experiment, loop)]
        main.counted = True
        siblings.loop_returned(experiment, coroutines_of(experiment, loop), main.task.ended == "ended")


def what_is_left(experiment: Experiment, loop: Any) -> list[TaskCoroutine]:
    """The tasks that are not done, and that nobody has cancelled, although the coroutine that the loop ran for has ended."""
    if _main_ended(experiment, loop) is None:
        return []
    every = coroutines_of(experiment, loop)
    return [one for one in every if not one.task.ended and not one.asyncio_task.cancelling() and not one.of_loop]


def _main_ended(experiment: Experiment, loop: Any) -> TaskCoroutine | None:
    mains = [one for one in coroutines_of(experiment, loop) if one.is_main and one.is_own]
    return mains[-1] if mains and mains[-1].task.ended and not mains[-1].counted else None


def coroutines_of(experiment: Experiment, loop: Any) -> list[TaskCoroutine]:
    """The coroutines that run, or have run, in a loop, in the order of their creation."""
    found = [task.coroutine for task in experiment.tasks if task.coroutine is not None]
    return [one for one in found if one.asyncio_task is not None and one.asyncio_task.get_loop() is loop]


def _alive(one: TaskCoroutine, main: TaskCoroutine) -> Alive:
    started = one.experiment.files.place(*one.task.started_at) if one.task.started_at else Place()
    by_test, lost = one.task.by_test, False
    if not by_test and main.task.ended != "ended":
        # The test has been left by the fault: it may have meant to end the task, unless nobody could have done that any more.
        error = getattr(main.asyncio_task, "_exception", None)
        lost = error is not None and handles.is_lost(one.asyncio_task, error.__traceback__, one.experiment.files)
        lost = entering.is_lost(one) or (lost and not references.kept([one], main))
        by_test = not lost
    return Alive(one.task.path, "is not done", one.place(), started, by_test, "task", lost)
