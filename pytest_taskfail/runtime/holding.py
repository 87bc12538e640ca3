"""Locks and permits as the user asks for them: the point `acquire`, who holds what, and since where."""

from __future__ import annotations

import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..model.faults import Hold
from . import real, strangers
from .carriers import Carrier
from .reading.sources import short_name
from .tasks import Op

if TYPE_CHECKING:
    from .experiment import Experiment


def before_acquire(experiment: Experiment, me: Carrier, lock: Any, blocking: bool, timeout: float) -> Any:
    """Before a lock is taken: the point, its fault and the scheduling choice. Returns what `taken` wants."""
    if me.depth:
        stash = me.op.stash if me.op is not None else None
        return stash[1] if stash is not None and stash[0] is lock else None
    outer, frame = experiment.locate(sys._getframe(2))
    if frame is None:
        return None
    of_condition = outer.startswith("Condition.")
    internal = bool(outer) and not of_condition and not outer.startswith(("ExitStack.", "AsyncExitStack."))
    kind = "Condition" if of_condition else "RLock" if isinstance(lock, real.CRLock) else "Lock"
    if internal:
        here = (id(frame), frame.f_lasti)
        if experiment.ops_last.get(me.id) == here:
            return None
        experiment.ops_last[me.id] = here
        experiment.scheduler.point(me)
        return None
    function = short_name(frame.f_code.co_qualname)
    body = experiment.in_test_body(me, frame)
    experiment.ops_last.pop(me.id, None)
    me.idle_reads = 0
    me.op = Op(f"{kind}.acquire@{function}", frame, not body and experiment.is_users(frame))
    if lock.shared is None:
        lock.shared = me.task
    elif lock.shared is not me.task:
        lock.shared = True
    if me.op.expirable and blocking:
        fault = experiment.reach(me, "acquire", f"{kind}@{function}", frame, lock)
        if isinstance(fault, Hold):
            if fault.seconds is None:
                me.op.keeps = True
            else:
                strangers.hold(experiment, me, lock, fault.seconds)
    experiment.scheduler.point(me)
    return me.task, frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname


def taken(experiment: Experiment, me: Carrier, lock: Any, use: Any) -> None:
    """A thread under control has got a lock that the user asked for."""
    task = use[0]
    lock.owner, lock.taken = task, use
    task.held[id(lock)] = (lock, use)
    if experiment.record:
        kind = "retakes" if me.depth else "takes"
        experiment.events.append((task.path, kind, "", use[1:], experiment.scheduler.clock.now, lock.made))
    if me.op.keeps:
        me.op.keeps = False
        strangers.keep(experiment, me)


def given_back(experiment: Experiment, lock: Any) -> None:
    """The lock is free again, or a condition lets go of it while it waits."""
    owner, use = lock.owner, lock.taken
    if owner is not None:
        owner.held.pop(id(lock), None)
        lock.owner = None
        if experiment.record and use is not None and not experiment.scheduler.stopped:
            experiment.events.append((owner.path, "frees", "", use[1:], experiment.scheduler.clock.now, lock.made))
        me = experiment.scheduler.by_ident.get(real.get_ident())
        if me is not None and me.depth and me.op is not None:
            me.op.stash = (lock, use)


def pause(experiment: Experiment) -> None:
    """Right after a release or a signal: one choice more, if the thread holds no lock any more and the search wants it."""
    me = experiment.scheduler.by_ident.get(real.get_ident())
    if me is not None and not me.depth and not me.task.held:
        frame = experiment.locate(sys._getframe(1))[1]
        experiment.scheduler.pause(me, lambda: experiment.event(me.task.path, "held up", "", frame))


def permit(experiment: Experiment, me: Carrier, semaphore: Any, number: int, user: FrameType) -> None:
    """A task has taken (1) or given back (-1) a permit."""
    permits = me.task.permits
    _, before, taken_at = permits.get(id(semaphore), (semaphore, 0, None))
    count = before + number
    if count > 0:
        if number > 0:
            taken_at = (user.f_code.co_filename, user.f_lineno, user.f_code.co_qualname)
        permits[id(semaphore)] = (semaphore, count, taken_at)
    else:
        permits.pop(id(semaphore), None)
