"""Tasks that a context manager starts as it is entered: if it fails there, nobody ends them.

The language calls `__aexit__` only after `__aenter__` has ended well. Who wrote `async with` cannot help it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import TYPE_CHECKING

from .. import exceptions
from ..reading import sources

if TYPE_CHECKING:
    from ..experiment import Experiment
    from .coroutines import TaskCoroutine

_ENTERS = frozenset({"__aenter__", "__enter__"})


def of(experiment: Experiment, frame: FrameType | None) -> CodeType | None:
    """The production function that enters a context, by a method or as a generator, while it starts a task.

    Args:
        experiment: the present one.
        frame: that starts the task.
    """
    inner: FrameType | None = None
    while frame is not None and frame.f_code.co_name != "_run_once":
        if frame.f_code.co_name in _ENTERS:
            entering = inner if frame.f_code.co_filename == contextlib.__file__ else frame
            if entering is not None and experiment.files.kind(entering.f_code.co_filename) == sources.USER:
                return entering.f_code
        inner, frame = frame, frame.f_back
    return None


def is_lost(started: TaskCoroutine) -> bool:
    """Whether the task that has started this one has failed while it entered the context."""
    code = started.entering
    if code is None:
        return False
    parents = [task.coroutine for task in started.experiment.tasks if task.coroutine is not None]
    parent = next((one for one in parents if started in one.made), None)
    if parent is None or not parent.task.ended.startswith("ended with"):
        return False
    error = getattr(parent.asyncio_task, "_exception", None)
    return any(code is left for one in exceptions.related(error) for left in _left_entering(one))


def _left_entering(error: BaseException) -> Iterator[CodeType]:
    outer, entry = "", error.__traceback__
    while entry is not None:
        code = entry.tb_frame.f_code
        if code.co_name in _ENTERS or outer in _ENTERS:
            yield code
        outer, entry = code.co_name, entry.tb_next
