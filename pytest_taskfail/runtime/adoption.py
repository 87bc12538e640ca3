"""Threads that were there before the experiment and are taken over when one under control wakes them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .carriers import EXPIRED, Carrier
from .tasks import Task

if TYPE_CHECKING:
    from .experiment import Experiment


def adopt(experiment: Experiment) -> None:
    """Takes the calling thread under control: it waited for a thread that is."""
    task = Task(experiment.test.child_path("outside"))
    experiment.tasks.append(task)
    carrier = experiment.scheduler.adopt(task)
    carrier.own_task = task
    if experiment.watch_thread is not None:
        experiment.watch_thread()


def thread_ends(experiment: Experiment, me: Carrier) -> None:
    """An adopted thread ends under control; others do so in `Scheduler.start`."""
    if me.adopted:
        if me.waiters:
            experiment.scheduler.wake(me)
        experiment.scheduler.finish(me)


def wait_for_adopted(experiment: Experiment, me: Carrier, thread: threading.Thread, timeout: float | None) -> bool:
    """Joins a thread that was taken over: the interpreter's own lock would block out of our sight. Whether time is left."""
    adopted = experiment.scheduler.by_ident.get(thread.ident or 0)
    if adopted is None or not adopted.adopted or adopted is me:
        return True
    deadline = None if timeout is None else experiment.scheduler.clock.deadline(timeout)
    return experiment.wait(me, adopted, deadline) is not EXPIRED
