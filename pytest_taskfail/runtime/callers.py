"""Who calls a function of the user's: the user's code, or a library that was given it, as in `breaker.call(gateway.charge)`."""

from __future__ import annotations

from types import CodeType, FrameType

from ..model.traces import Place
from .carriers import Carrier
from .reading import sources
from .reading.sources import Sources

_NOT_FOR_THE_USER = frozenset("anyio sniffio structlog loguru logbook".split())
"""Packages that run the tasks themselves, and those of logs: what they are given does not stand for the outside world."""


def given_to_library(files: Sources, me: Carrier, code: CodeType, caller: FrameType) -> tuple[FrameType, Place] | None:
    """The frame and place that stand for the call of a function of the user's which a library was given.

    Args:
        files: whose code is whose.
        me: the thread.
        code: of the function.
        caller: the frame that calls it.

    Returns:
        The user's frame that has called the library, with its line; where there is none, as in a worker of the library's own,
        the caller with the function's first line. None if this is no such call: a task's body, a callback of a loop, a method
        that Python calls by itself.
    """
    if files.kind(caller.f_code.co_filename) != sources.LIBRARY or code.co_name.startswith(("__", "<")):
        return None
    if str(caller.f_globals.get("__name__", "")).partition(".")[0] in _NOT_FOR_THE_USER:
        return None
    at: FrameType | None = caller
    while at is not None:
        if files.is_users(at.f_code):
            return at, files.place_of(at)
        if at.f_code.co_name == "_run_once" or files.kind(at.f_code.co_filename) == sources.TOOL:
            break
        at = at.f_back
    if me.task.coroutine is not None and me.task.coroutine.__code__ is code:
        return None  # its start is a point
    return caller, files.place(code.co_filename, code.co_firstlineno, code.co_qualname)


def is_bare_callback(files: Sources, caller: FrameType) -> bool:
    """Whether the caller is a lambda that a loop calls: what it calls is the callback itself, with more arguments."""
    back = caller.f_back
    if caller.f_code.co_name != "<lambda>" or back is None:
        return False
    return back.f_code.co_qualname == "_Callback.__call__" and files.layers[back.f_code.co_filename] is sources.INSIDE
