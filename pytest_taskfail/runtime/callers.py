"""Who calls a function of the user's: the user's code, or a library that was given it, as in `breaker.call(gateway.charge)`."""

from __future__ import annotations

from types import FrameType

from . import sources
from .sources import Sources

_NOT_FOR_THE_USER = frozenset("anyio sniffio structlog loguru logbook".split())
"""Packages that run the tasks themselves, and those of logs: what they are given does not stand for the outside world."""


def user_behind(files: Sources, caller: FrameType) -> FrameType | None:
    """The user's frame that has called the library by which a function is called.

    Args:
        files: whose code is whose.
        caller: of the function.

    Returns:
        The caller itself where that is the user's; none where neither is: a task, a callback of a loop.
    """
    if files.is_users(caller.f_code):
        return caller
    if files.kind(caller.f_code.co_filename) != sources.LIBRARY:
        return None
    if str(caller.f_globals.get("__name__", "")).partition(".")[0] in _NOT_FOR_THE_USER:
        return None
    at: FrameType | None = caller
    while at is not None:
        kind = files.layers[at.f_code.co_filename]
        if files.is_users(at.f_code):
            return at
        if kind is sources.INSIDE or at.f_code.co_name == "_run_once" or files.kind(at.f_code.co_filename) == sources.TOOL:
            return None
        at = at.f_back
    return None


def is_bare_callback(files: Sources, caller: FrameType) -> bool:
    """Whether the caller is a lambda that a loop calls: what it calls is the callback itself, with more arguments."""
    back = caller.f_back
    if caller.f_code.co_name != "<lambda>" or back is None:
        return False
    return back.f_code.co_qualname == "_Callback.__call__" and files.layers[back.f_code.co_filename] is sources.INSIDE
