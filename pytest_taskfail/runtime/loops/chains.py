"""The frames of a suspended coroutine and of those that it awaits, also through asynchronous generators."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterator
from types import FrameType
from typing import Any

ASYNC_GENERATOR = inspect.CO_ASYNC_GENERATOR

_STEPS = frozenset({"async_generator_asend", "async_generator_athrow", "anext_awaitable"})
"""What `__anext__`, `asend`, `athrow`, `aclose` and `anext` return; they have no attribute that names their generator."""


def frame_of(coro: Any) -> FrameType | None:
    """The frame of a coroutine, generator or asynchronous generator."""
    for name in ("cr_frame", "gi_frame", "ag_frame"):
        frame = getattr(coro, name, None)
        if frame is not None:
            return frame  # type: ignore[no-any-return]
    return None


def frames_of(coro: Any) -> Iterator[FrameType]:
    """The frames of a suspended coroutine and of those that it awaits, outermost first."""
    while coro is not None:
        frame = frame_of(coro)
        if frame is None:
            return
        yield frame
        awaited = getattr(coro, "cr_await", None) or getattr(coro, "gi_yieldfrom", None) or getattr(coro, "ag_await", None)
        coro = _generator(awaited) if type(awaited).__name__ in _STEPS else awaited


def _generator(step: Any) -> Any:
    """The asynchronous generator of which this is one step."""
    for one in gc.get_referents(step):
        if inspect.isasyncgen(one):
            return one
        if type(one).__name__ in _STEPS:
            return _generator(one)
    return None
