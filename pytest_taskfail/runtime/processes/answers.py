"""Who looks at what a `multiprocessing.Pool` gives back for a task. It prints nothing: a failure that nobody looks at is lost."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from .side import Side

_TASKS = "_taskfail_tasks"

_handed_out: list[str] = []


def install(module: Any, the_side: Callable[[], Side]) -> None:
    """Sees who asks a result whether its task has failed.

    Args:
        module: `multiprocessing.pool`.
        the_side: gives this process's side.
    """
    result = module.ApplyResult
    ready, successful = result.ready, result.successful

    def failed(one: Any) -> bool:
        return ready(one) and not successful(one)

    for name in ("get", "successful"):  # those who only wait for it have learnt nothing
        setattr(result, name, _looking(getattr(result, name), failed, the_side))
    result.ready = _polling(ready, the_side)


def handed_out(side: Side, result: Any, tasks: list[str], frame: FrameType | None, told: Any) -> Any:
    """The result, which the user's code has got for these tasks.

    Args:
        side: of the process that the pool is in.
        result: what the pool gives back.
        tasks: paths of the tasks that it stands for.
        frame: what called the pool.
        told: whom the pool calls when one of them fails; then nobody need look at the result.
    """
    while frame is not None and frame.f_globals.get("__name__") == "multiprocessing.pool":
        frame = frame.f_back
    if told is None and frame is not None and side.is_users(frame):
        vars(result)[_TASKS] = tasks
        _handed_out.extend(tasks)
        for task in tasks:
            side.trace.write("future", task=task)
    return result


def _looking(method: Any, failed: Callable[[Any], bool], the_side: Callable[[], Side]) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        finally:
            tasks = vars(self).pop(_TASKS, ())  # to ask whether it has failed comes here again
            if tasks and not failed(self):
                vars(self)[_TASKS] = tasks
            else:
                for task in tasks:
                    the_side().trace.write("seen", task=task, by="a reader of its result")

    return hook


def _polling(ready: Any, the_side: Callable[[], Side]) -> Any:
    """Who asks what is ready by now may take what comes first, and turn away from the others."""

    @functools.wraps(ready)
    def hook(self: Any) -> Any:
        side = the_side()
        if _handed_out and side.is_users(sys._getframe(1)):
            for task in _handed_out:
                side.trace.write("seen", task=task, by="one that asks which results are ready")
            _handed_out.clear()
        return ready(self)

    return hook
