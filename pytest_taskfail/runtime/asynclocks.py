"""asyncio's own primitives: where they were made, who holds a lock, and the point at which a lock is acquired."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable
from typing import Any

from ..model.faults import Hold
from ..model.traces import Place
from . import control, primitives
from .sources import short_name
from .tasks import Task

_MADE = (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.Queue)
MOMENT = 1e-6
"""Seconds of virtual time in which everybody else runs until he waits."""


def arm(put: Callable[[Any, str, Any], None]) -> None:
    """Replaces the methods, with the caller's `put`, which knows how to undo it."""
    for kind in _MADE:
        put(kind, "__init__", _noting(kind.__init__))
    put(asyncio.Lock, "acquire", _acquire(asyncio.Lock.acquire))
    put(asyncio.Lock, "release", _release(asyncio.Lock.release))


def _noting(stock: Any) -> Any:
    @functools.wraps(stock)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if control.active is not None and not hasattr(self, "made"):
            _, frame = control.active.locate(sys._getframe(1))
            self.made, self.home = primitives.line_of(frame), control.active
        stock(self, *args, **kwargs)

    return init


def _acquire(stock: Any) -> Any:
    @functools.wraps(stock)
    async def acquire(self: Any) -> bool:
        experiment, me = control.active, control.carrier()
        if experiment is None or me is None or me.task.coroutine is None:
            return await stock(self)  # type: ignore[no-any-return]
        task = me.task
        outer, frame = experiment.locate(sys._getframe(1))
        if frame is None:
            return await stock(self)  # type: ignore[no-any-return]
        asked = not outer or outer.endswith(".__aenter__")
        if asked and experiment.is_users(frame) and not experiment.in_test_body(me, frame):
            fault = experiment.reach(me, "acquire", f"Lock@{short_name(frame.f_code.co_qualname)}", frame, self)
            if isinstance(fault, Hold):
                await _hold(stock, self, fault)
        await stock(self)
        self.taskfail_owner = task, experiment.files.place_of(frame)
        task.async_held[id(self)] = self
        return True

    return acquire


def _release(stock: Any) -> Any:
    @functools.wraps(stock)
    def release(self: Any) -> None:
        stock(self)
        owner = getattr(self, "taskfail_owner", None)
        if owner is not None:
            owner[0].async_held.pop(id(self), None)
            del self.taskfail_owner

    return release


async def _hold(stock: Any, lock: Any, fault: Hold) -> None:
    """A stranger has the lock for a while, or for ever."""
    await stock(lock)
    lock.taskfail_owner = Task("a stranger"), Place()
    if fault.seconds == float("inf"):
        return
    try:
        await asyncio.sleep(MOMENT if fault.seconds is None else fault.seconds)
    finally:
        if lock.locked():
            lock.release()
