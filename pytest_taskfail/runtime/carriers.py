"""A thread under control: what the scheduler knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import real

RUNNABLE, BLOCKED, OUTSIDE, DONE = "runnable", "blocked", "outside", "done"
WOKEN, EXPIRED, FREED, ABORTED = "woken", "expired", "freed", "aborted"

ABORTS_MAX = 2000
"""How often a thread may swallow the end of its experiment before it is left behind for good."""


MAIN_ABORTS = 3
"""Points at which the thread of the test is told that its experiment has been stopped; then it tears down in peace."""


class Abort(BaseException):
    """Ends a thread of an experiment that has been stopped; never to be seen by a user."""


class Carrier:
    """An operating system thread under control.

    Args:
        id: `0` is the thread of the test, `0.2` the third one that it started.
    """

    __slots__ = (
        "aborts",
        "adopted",
        "children",
        "deadline",
        "depth",
        "expirable",
        "gate",
        "has_timed_out",
        "id",
        "ident",
        "idle_reads",
        "looks",
        "on",
        "on_done",
        "op",
        "outcome",
        "own_task",
        "state",
        "streak",
        "task",
        "thread",
        "waiters",
    )

    def __init__(self, id: str, task: Any = None) -> None:
        self.id = id
        self.gate = real.allocate_lock()
        self.gate.acquire()
        self.state = RUNNABLE
        self.on: Any = None
        self.deadline: float | None = None
        self.outcome = ""
        self.ident = 0
        self.children = 0
        self.task = self.own_task = task
        self.depth = 0
        self.expirable = False
        self.has_timed_out = False
        self.op: Any = None
        self.thread: Any = None
        self.waiters: list[Carrier] | None = None
        self.on_done: Callable[[], None] | None = None
        self.adopted = False
        self.aborts = 0
        self.idle_reads = 0
        self.looks = 0
        self.streak = 0

    def __repr__(self) -> str:
        return f"<Carrier {self.id} {self.state}>"
