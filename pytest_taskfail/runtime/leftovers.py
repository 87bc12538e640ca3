"""What is left when a run stops or ends: who waits for what, which locks are held, which threads are alive."""

from __future__ import annotations

import queue
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..model.traces import Alive, Holding, Place, Wait
from . import control, in_reach, real, stacks
from .carriers import BLOCKED, DONE, Carrier
from .reading import sources
from .strangers import STRANGER

if TYPE_CHECKING:
    from .experiment import Experiment

_TOOL_THREADS = ("execnet", "pytest_timeout", "pytest-timeout")


PARKED_WITHIN = 1.0
"""Seconds of real time that freed threads get to reach the call of the interpreter in which they wait."""


def strangers() -> bool:
    """Whether a thread outside of control is about that does not wait in one of our primitives: it might wake somebody."""
    experiment = control.active
    if experiment is None:
        return False
    known, living = experiment.scheduler.by_ident, sys._current_frames()
    return any(
        thread.ident is not None
        and thread.ident not in known
        and thread.ident not in control.parked
        and thread is not threading.main_thread()
        and thread.ident not in control.tool_threads
        and thread.ident not in control.left_behind
        and thread.ident in living
        and not thread.name.startswith(_TOOL_THREADS)
        and type(thread).__name__ != "_DummyThread"
        for thread in threading.enumerate()
    )


def stand_still(experiment: Experiment, why: str) -> tuple[tuple[Wait, ...], tuple[str, ...]]:
    """Who waits for what, and all stacks: asked while every thread stands."""
    waits, stacks_ = [], []
    me = real.get_ident()
    for carrier in experiment.scheduler.carriers:
        if carrier.state is DONE or carrier.task.path == STRANGER:
            continue
        frame = stacks.stack_of(carrier.ident)
        if frame is None:
            continue
        loop = getattr(carrier.on, "loop", None)
        if carrier.state is BLOCKED and loop is not None:
            from .loops import awaits

            of_tasks, chains = awaits.of_loop(experiment, loop)
            user = stacks.users_frame(frame, experiment.files)
            main = awaits.main_of(experiment, loop) or "its event loop"
            place = experiment.files.place_of(user) if user is not None else Place()
            waits += [*of_tasks, Wait(carrier.task.path, f"for {main}", place)]
            stacks_ += chains
        elif carrier.state is BLOCKED:
            waits.append(_wait(experiment, carrier, frame))
        elif carrier.ident != me or why == "livelock":
            outside = experiment.scheduler.outside.get(carrier, "")
            _, user = stacks.split(frame, experiment.files)
            place = experiment.files.place_of(user) if user is not None else Place()
            asyncio = sys.modules.get("asyncio")
            running = None if asyncio is None or carrier.ident != me else asyncio._get_running_loop()
            if running is not None:
                from .loops import awaits

                of_tasks, chains = awaits.of_loop(experiment, running)
                waits += of_tasks
                stacks_ += chains
            body = stacks.kind_of(user, experiment.files) if carrier.task.is_test and running is None else ""
            waits.append(Wait(carrier.task.path, outside or "runs on", place, body=body))
        stacks_.append(f"{carrier.task.path}\n{stacks.print_stack(frame, experiment.files)}")
    return tuple(waits), tuple(stacks_)


def wait_of(experiment: Experiment, carrier: Carrier) -> Wait | None:
    """What a blocked thread waits for; `None` if it is not there any more."""
    frame = stacks.stack_of(carrier.ident)
    return None if frame is None else _wait(experiment, carrier, frame)


def _wait(experiment: Experiment, carrier: Carrier, frame: FrameType) -> Wait:
    what, place = stacks.what_blocks(frame, carrier.on, experiment.files)
    owner = getattr(carrier.on, "owner", None)
    machinery, _ = stacks.split(frame, experiment.files)
    thread = stacks.thread_that_waits(machinery)
    if thread is not None:
        named = next((c for c in experiment.scheduler.carriers if c.thread is thread), None)
        if named is not None:
            what = what.replace(f"the thread {thread.name}", named.task.path)
            return Wait(carrier.task.path, what, place, named.task.path)
    if owner is None:
        _, user = stacks.split(frame, experiment.files)
        body = stacks.kind_of(user, experiment.files) if carrier.task.is_test and carrier.on is None else ""
        return Wait(carrier.task.path, what, place, body=body)
    taken = lock_place(experiment, carrier.on.taken)
    return Wait(carrier.task.path, what, place, owner.path, owner.ended, taken)


def lock_place(experiment: Experiment, use: Any) -> Place:
    """Where a lock was taken."""
    return experiment.files.place(use[1], use[2], use[3]) if use else Place()


def holdings(experiment: Experiment) -> tuple[Holding, ...]:
    """Locks that ended tasks have not given back."""
    found = []
    for task in experiment.tasks:
        if task.ended and not task.is_test:
            for lock, use in task.held.values():
                if lock.owner is task:
                    name = stacks.name_thing(lock, experiment.files)
                    taken = lock_place(experiment, use)
                    found.append(Holding(task.path, name, taken, task.ended, lock.shared is True))
            for semaphore, _, use in task.permits.values():
                name = f"a permit of {stacks.name_thing(semaphore, experiment.files)}"
                found.append(Holding(task.path, name, experiment.files.place(*use), task.ended))
            for lock in task.async_held.values():
                name = stacks.name_thing(lock, experiment.files)
                found.append(Holding(task.path, name, lock.taskfail_owner[1], task.ended, lock.taskfail_users is True))
    return tuple(found)


def alive(experiment: Experiment, error: BaseException | None = None) -> tuple[Alive, ...]:
    """Threads of the experiment that have not ended.

    Args:
        experiment: that has come to its end.
        error: what came out of the test.
    """
    found = []
    for carrier in experiment.scheduler.carriers:
        if carrier.state is DONE or carrier is experiment.scheduler.main or carrier.adopted or carrier.task.path == STRANGER:
            continue
        if _waits_on_old(carrier, carrier.on):
            continue
        frame = stacks.stack_of(carrier.ident)
        if frame is None:
            continue
        what, place = stacks.what_blocks(frame, carrier.on, experiment.files)
        own = carrier.own_task
        started = experiment.files.place(*own.started_at) if own.started_at else Place()
        by_test = own.by_test or in_reach.meant_to_end(carrier.thread, error, experiment.files)
        found.append(Alive(carrier.task.path, f"waits {what}", place, started, by_test))
    return (*found, *(left for lefts in experiment.left.values() for left in lefts))


def free(experiment: Experiment) -> None:
    """Lets threads go that wait for things that outlive the experiment: the next one takes them over again."""
    for carrier in list(experiment.scheduler.carriers):
        if carrier.state is BLOCKED and carrier is not experiment.scheduler.main and outlives(carrier, carrier.on):
            experiment.scheduler.free(carrier)


def settle(experiment: Experiment) -> None:
    """Waits, in real time, until threads that were let go wait in the interpreter; gives back what outlives the experiment."""
    patience = real.monotonic() + PARKED_WITHIN
    while real.monotonic() < patience:
        living = set(sys._current_frames()) if experiment.scheduler.freed else ()
        if not any(ident in living and ident not in control.parked for ident in experiment.scheduler.freed):
            break
        real.sleep(1e-4)
    for task in experiment.tasks:
        for lock, _ in list(task.held.values()):
            if lock.home is not experiment and lock.owner is task:
                _give_back(lock)
        for semaphore, number, _ in task.permits.values():
            if getattr(semaphore._cond._lock, "home", experiment) is not experiment:
                semaphore.release(number)


def cut_cycles(experiment: Experiment) -> None:
    """Drops what ties an ended experiment to the user's objects in cycles: they end now, as after an ordinary run."""
    scheduler = experiment.scheduler
    scheduler.on_stopped = _nobody
    experiment.wanted_after.clear()
    experiment.lines.clear()
    experiment.promises.clear()
    experiment.permits.clear()
    for task in experiment.tasks:
        if task.coroutine is not None:
            task.coroutine.forget_siblings()
        task.future = task.coroutine = None
    pools = sys.modules.get("concurrent.futures.thread")
    queues = getattr(pools, "_threads_queues", {})  # while a thread of a pool is known, its queue is kept, and by that all this
    for carrier in scheduler.carriers:
        carrier.op = None
        if carrier.state is DONE and carrier.thread is not None:
            queues.pop(carrier.thread, None)
            carrier.thread = None


def _nobody(why: str) -> None:
    """Who is told that an experiment has been stopped when it has ended already."""


def _give_back(lock: object) -> None:
    """Frees a lock that was there before the experiment and whose holder has ended with it."""
    held: Any = lock
    held.owner = None
    if isinstance(held, real.CRLock):
        held._at_fork_reinit()
    elif held.locked():
        held.release()


def outlives(carrier: Carrier, on: Any) -> bool:
    """Whether a thread that blocks here does not belong to the experiment: it has no task in hand and waits for new ones."""
    if carrier.task is not carrier.own_task:
        return False
    waits_for_work = type(on).__name__ == "SimpleQueue" or _in_condition(carrier)
    return waits_for_work and (carrier.adopted or _waits_on_old(carrier, on))


def _in_condition(carrier: Carrier) -> bool:
    frame = stacks.stack_of(carrier.ident)
    while frame is not None and frame.f_code.co_filename.startswith((sources.HERE, threading.__file__)):
        if frame.f_code.co_qualname == "Condition.wait":
            return True
        frame = frame.f_back
    return False


def _waits_on_old(carrier: Carrier, on: Any) -> bool:
    """Whether what a thread waits on was made before the experiment."""
    if on is None:
        return False
    if getattr(on, "home", None) is not control.active:
        return True
    frame = stacks.stack_of(carrier.ident)
    while frame is not None:
        thing = frame.f_locals.get("self")
        for name in ("mutex", "_lock", "_cond"):
            inner = getattr(thing, name, None)
            inner = getattr(inner, "_lock", inner)
            if inner is not None and hasattr(inner, "home"):
                return inner.home is not control.active
        if frame.f_code.co_filename not in (threading.__file__, queue.__file__):
            frame = frame.f_back if frame.f_code.co_filename.startswith(sources.HERE) else None
        else:
            frame = frame.f_back
    return False
