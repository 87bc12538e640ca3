"""Whether a task's own handlers have had an exception, and have let it go on: then it is no secret."""

from __future__ import annotations

import traceback
from typing import Any

from ..reading import functions, handlers
from ..reading.sources import Sources


def by_the_task(files: Sources, function: Any, error: BaseException) -> bool:
    """Whether a handler of the user's has had this exception on its way.

    One that is raised at the end of the task counts as one that comes out of its last line.
    """
    trail = ((frame.f_code, line, frame.f_globals) for frame, line in traceback.walk_tb(error.__traceback__))
    if any(files.is_users(code) and handlers.catches(code, line, names, error) for code, line, names in trail):
        return True
    inner = functions.unwrapped(function)
    code = functions.code_of(inner)
    if code is None or not files.is_users(code) or not handlers.fails_inside(code):
        return False
    guards = handlers.scope_of(code).guards
    return bool(guards) and handlers.catches(code, guards[0].first, getattr(inner, "__globals__", {}), error)
