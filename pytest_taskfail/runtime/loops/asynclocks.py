"""asyncio's own primitives: where they were made, who holds a lock, and the point at which a lock is acquired."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable
from typing import Any

from ...model.faults import Delay, Drop, Duplicate, Hold
from ...model.traces import Place
from .. import control, primitives
from ..reading.sources import short_name
from ..tasks import Task
from . import permits

_MADE = (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.Queue)
_SIGNALS: dict[type, tuple[str, ...]] = {
    asyncio.Event: ("set",),
    asyncio.Condition: ("notify", "notify_all"),
    asyncio.Queue: ("put_nowait", "task_done"),
    asyncio.Semaphore: ("release",),
}
MOMENT = 1e-6
"""Seconds of virtual time in which everybody else runs until he waits."""


def arm(put: Callable[[Any, str, Any], None]) -> None:
    """Replaces the methods, with the caller's `put`, which knows how to undo it."""
    for kind in _MADE:
        put(kind, "__init__", _noting(kind.__init__))
    put(asyncio.Lock, "acquire", _acquire(asyncio.Lock.acquire))
    put(asyncio.Lock, "release", _release(asyncio.Lock.release))
    for owner, names in _SIGNALS.items():
        for name in names:
            put(owner, name, _signal(getattr(owner, name), f"{owner.__name__}.{name}"))
    put(asyncio.Semaphore, "acquire", permits.acquire(asyncio.Semaphore.acquire))
    put(asyncio.Semaphore, "release", permits.release(asyncio.Semaphore.release))


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
        users = getattr(self, "taskfail_users", None)
        self.taskfail_users = task if users is None or users is task else True
        asked = not outer or outer.endswith(".__aenter__")
        if asked and experiment.is_users(frame) and not experiment.in_test_body(me, frame):
            fault = experiment.reach(me, "acquire", f"Lock@{short_name(frame.f_code.co_qualname)}", frame, self)
            if isinstance(fault, Hold) and fault.seconds != float("inf"):
                await _hold(stock, self, fault)
            elif isinstance(fault, Hold):
                await _for_ever(stock, self)
            else:
                await stock(self)
        else:
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


def _signal(stock: Any, name: str) -> Any:
    """A signal, which is a point: nothing loses it by itself, but it can be asked for."""

    @functools.wraps(stock)
    def signal(self: Any, *args: Any) -> Any:
        experiment, me = control.active, control.carrier()
        if experiment is None or me is None or me.task.coroutine is None:
            return stock(self, *args)
        outer, frame = experiment.locate(sys._getframe(1))
        asked = not outer or outer in ("Queue.put", "Condition.notify_all")
        if frame is None or not asked or not experiment.is_users(frame):
            return stock(self, *args)
        experiment.event(me.task.path, "signal", outer or name, frame)
        if experiment.in_test_body(me, frame):
            return stock(self, *args)
        fault = experiment.reach(me, "signal", f"{outer or name}@{short_name(frame.f_code.co_qualname)}", frame, self)
        if isinstance(fault, Drop):
            return None
        if isinstance(fault, Delay):
            asyncio.get_running_loop().call_later(fault.seconds, stock, self, *args)
            return None
        if isinstance(fault, Duplicate):
            stock(self, *args)
        return stock(self, *args)

    return signal


async def _for_ever(stock: Any, lock: Any) -> None:
    """A stranger has the lock and never gives it back."""
    await stock(lock)
    lock.taskfail_owner = Task("a stranger"), Place()
    await stock(lock)


async def _hold(stock: Any, lock: Any, fault: Hold) -> None:
    """A stranger has had the lock for a while when the task gets it. The task keeps its place in the line: those who come
    meanwhile stand behind it, so it is the task itself that has the lock all the time."""
    await stock(lock)
    stranger = lock.taskfail_owner = Task("a stranger"), Place()
    try:
        await asyncio.sleep(MOMENT if fault.seconds is None else fault.seconds)
    except BaseException:
        if getattr(lock, "taskfail_owner", None) is stranger:
            lock.release()
        raise
    if getattr(lock, "taskfail_owner", None) is not stranger:  # somebody else has released it meanwhile
        await stock(lock)
