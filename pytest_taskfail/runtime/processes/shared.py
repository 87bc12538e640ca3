"""What may go wrong, on request, with what processes share: a stranger has the lock, a signal is lost, doubled or late.

Nothing is pretended: the lock is really taken, and the others really wait for it.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ...model.faults import Delay, Drop, Duplicate, Fault, Hold
from .. import real
from ..reading.sources import short_name
from ..strangers import STRANGER
from .side import Side

A_WHILE = 0.3
"""Seconds for which a lock is held, or a signal is late, where no number is asked for."""

_own: dict[tuple[int, int, str], int] = {}
"""Process, thread and reentrant lock -> how often it has it: what it has already no stranger can take."""


def acquire(
    side: Side, lock: tuple[str, str], frame: FrameType, take: Callable[..., Any], give: Callable[[], Any], how: Any
) -> Any:
    """Takes a lock for the user's code, after the point `acquire` and what is planned there.

    Args:
        side: of this process.
        lock: its name, and what it is in words.
        frame: the user's.
        take: takes it, given the arguments and keywords in `how`; whether it has got it.
        give: gives it back.
        how: positional arguments and keywords, as the user's code has them.
    """
    name, what = lock
    args, kwargs = how
    me = (os.getpid(), real.get_ident(), name)
    fault: Fault | None = None
    if _blocks(args, kwargs) and not _own.get(me) and not side.in_test_body(frame):
        fault = side.reach(side.task, "acquire", f"{what.rpartition(' ')[2]}@{_function(frame)}", frame, None)
    got = take(*args, **kwargs) if not isinstance(fault, Hold) else _after_a_stranger(side, fault, lock, frame, take, give, how)
    if got is not False and what.endswith("RLock"):
        _own[me] = _own.get(me, 0) + 1
    return got


def released(lock: str) -> None:
    """The calling thread has given back a lock."""
    me = (os.getpid(), real.get_ident(), lock)
    if _own.get(me):
        _own[me] -= 1


def _after_a_stranger(
    side: Side, fault: Hold, lock: tuple[str, str], frame: FrameType, take: Callable[..., Any], give: Callable[[], Any], how: Any
) -> Any:
    """Somebody else gets the lock first, and the user's code when that gives it back; or not within its time limit."""
    name, what = lock
    args, kwargs = how
    seconds = A_WHILE if fault.seconds is None else fault.seconds
    limit = _limit(args, kwargs)

    def note(event: str) -> None:
        side.trace.write(event, task=STRANGER, lock=name, what=what, place=side.place(frame), ever=seconds == math.inf)

    if seconds == math.inf:
        tried, found = threading.Event(), []

        def stranger() -> None:
            found.append(take(*args, **kwargs))
            tried.set()
            threading.Event().wait()  # an owner that has ended could be taken for the next thread

        threading.Thread(target=stranger, daemon=True).start()
        tried.wait()
        if found[0] is False:
            return False
        note("takes")
        return take(*args, **kwargs)
    got = take(*args, **kwargs)
    if got is False:
        return got
    note("takes")
    patient = limit is None or limit > seconds
    real.sleep(seconds if patient or limit is None else max(limit, 0.0))
    if not patient:
        give()
    note("gives")
    return got if patient else False


def signal(side: Side, what: str, thing: str, frame: FrameType, act: Callable[[], Any]) -> Any:
    """Gives a signal for the user's code, after the point `signal` and what is planned there.

    Args:
        side: of this process.
        what: the operation, like `Event.set`.
        thing: what it is done to, in words that name it.
        frame: the user's.
        act: gives the signal.
    """
    fault: Fault | None = None
    if not side.in_test_body(frame):
        fault = side.reach(side.task, "signal", f"{what}@{_function(frame)}", frame, None)
    match fault:
        case Drop():
            side.trace.write("lost signal", task=side.task.path, what=what, thing=thing)
            return None
        case Duplicate():
            act()
        case Delay():
            real.sleep(fault.seconds)  # the task is late: nobody else could do it if its process ends meanwhile
    return act()


def wait(side: Side, what: str, thing: str, act: Callable[[], Any]) -> Any:
    """Waits for a signal, for the user's code, and notes for what."""
    side.trace.write("awaits", task=side.task.path, what=what, thing=thing)
    try:
        return act()
    finally:
        side.trace.write("awaited", task=side.task.path)


def _function(frame: FrameType) -> str:
    return short_name(frame.f_code.co_qualname)


def _blocks(args: Any, kwargs: Any) -> bool:
    return bool(args[0] if args else kwargs.get("blocking", kwargs.get("block", True)))


def _limit(args: Any, kwargs: Any) -> float | None:
    limit = args[1] if len(args) > 1 else kwargs.get("timeout")
    return None if limit is None else float(limit)
