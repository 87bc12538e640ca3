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


def is_lost(code: CodeType | None, error: BaseException | None) -> bool:
    """Whether an exception has left this function while it entered its context."""
    return code is not None and any(code is left for one in exceptions.related(error) for left in _left_entering(one))


def _left_entering(error: BaseException) -> Iterator[CodeType]:
    outer, entry = "", error.__traceback__
    while entry is not None:
        code = entry.tb_frame.f_code
        if code.co_name in _ENTERS or outer in _ENTERS:
            yield code
        outer, entry = code.co_name, entry.tb_next
