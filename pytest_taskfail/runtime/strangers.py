"""Somebody else: who takes first what a task asks for, or gives later, twice or never what a task has given.

Unasked nobody else takes part: the task itself keeps what it has got, until nobody else can run. That is an order of steps
that can always occur: no program is accused because of somebody that it cannot meet. Strangers come only on request.
"""

from __future__ import annotations

import contextlib
import math
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..model.faults import Delay, Drop, Duplicate, Hold
from . import real
from .carriers import Carrier
from .reading.sources import short_name
from .tasks import Task

if TYPE_CHECKING:
    from .experiment import Experiment

STRANGER = "a stranger"
ARRIVALS = frozenset({"Semaphore.acquire", "Barrier.wait"})
"""Operations that are a point `acquire` beside those on locks and conditions."""


def keep(experiment: Experiment, me: Carrier) -> None:
    """Stands here until nobody else can run; no time passes."""
    experiment.scheduler.block(me, None, experiment.scheduler.clock.now - 1.0)


def hold(experiment: Experiment, me: Carrier, thing: Any, seconds: float) -> None:
    """A stranger takes a lock, or a permit of a semaphore, before this thread can, and keeps it for so long.

    Args:
        thing: what has `acquire` and `release`.
        seconds: of virtual time; infinity is for ever.
    """
    task = Task(STRANGER, by_test=True)
    experiment.tasks.append(task)
    is_lock = hasattr(thing, "taken")

    def stranger(carrier: Carrier) -> None:
        carrier.depth += 1
        thing.acquire()
        if is_lock:
            thing.owner, thing.taken = task, None
            task.held[id(thing)] = (thing, None)
        else:
            task.permits[id(thing)] = (thing, 1, None)
        experiment.scheduler.hand_back(carrier, me)
        _wait(experiment, carrier, seconds)
        task.held.clear()
        task.permits.clear()
        with contextlib.suppress(RuntimeError, ValueError):  # somebody else has released it meanwhile
            thing.release()

    experiment.scheduler.start(me, task, stranger)


def later(experiment: Experiment, me: Carrier, seconds: float, act: Callable[[], Any]) -> None:
    """A stranger does it after a while; this thread goes on."""

    def stranger(carrier: Carrier) -> None:
        experiment.scheduler.hand_back(carrier, me)
        _wait(experiment, carrier, seconds)
        carrier.depth += 1
        act()

    experiment.scheduler.start(me, Task(STRANGER, by_test=True), stranger)


def arrive(experiment: Experiment, me: Carrier, thing: Any, function: str, frame: FrameType, blocking: bool) -> bool:
    """The point `acquire` of a semaphore or a barrier; whether a permit is to be kept for a while once it has been got."""
    if not blocking:
        return False
    barrier = isinstance(thing, threading.Barrier)
    bounded = isinstance(thing, threading.BoundedSemaphore)
    kind = "Barrier" if barrier else "BoundedSemaphore" if bounded else "Semaphore"
    fault = experiment.reach(me, "acquire", f"{kind}@{function}", frame, thing)
    if not isinstance(fault, Hold):
        return False
    if fault.seconds is None:
        if barrier:
            keep(experiment, me)
        return not barrier
    if barrier:
        _wait(experiment, me, fault.seconds)
    else:
        hold(experiment, me, thing, fault.seconds)
    return False


def release(experiment: Experiment, lock: Any, act: Callable[[], None]) -> None:
    """`release` of a lock as task code calls it, never the implicit `__exit__`: lost, doubled or late where that is planned."""
    me = experiment.scheduler.by_ident.get(real.get_ident())
    frame = sys._getframe(3)  # behind us: the lock, and its method
    if me is None or me.depth or not experiment.is_users(frame) or experiment.in_test_body(me, frame):
        act()
        return
    reentrant = isinstance(lock, real.CRLock)
    name = "RLock.release" if reentrant else "Lock.release"
    experiment.event(me.task.path, "signal", name, frame)
    fault = experiment.reach(me, "signal", f"{name}@{short_name(frame.f_code.co_qualname)}", frame, lock)
    match fault:
        case Drop():
            return
        case Delay() if reentrant:  # only the thread that owns it can release it
            _wait(experiment, me, fault.seconds)
        case Delay():
            later(experiment, me, fault.seconds, act)
            return
        case Duplicate():
            wanted = bool(lock.waiters)
            act()
            if wanted:
                keep(experiment, me)
    act()


def _wait(experiment: Experiment, carrier: Carrier, seconds: float) -> None:
    deadline = None if seconds == math.inf else experiment.scheduler.clock.deadline(seconds)
    experiment.scheduler.block(carrier, None, deadline)
