"""A task that fails at its start, where a library runs the user's coroutine inside of one of its own: the user's fails.

The library's own has not begun either. What it does around the user's it will do: an exception thrown into it before its first
line would come from where none can come from.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from .chains import frame_of


def with_failure(outer: Any, inner: Any, error: BaseException) -> Callable[[Any], Any]:
    """A first step of the library's coroutine, in which that of the user's fails as soon as it begins.

    Args:
        outer: of the library.
        inner: of the user; one that has begun already, or is not reached, does not fail.
        error: with which it fails.
    """
    frame = frame_of(inner)

    def trace(entered: FrameType, event: str, argument: Any) -> None:
        if entered is frame:
            raise error

    def step(value: Any) -> Any:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return outer.send(value)
        finally:
            sys.settrace(before)

    return step
