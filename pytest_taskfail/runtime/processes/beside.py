"""What runs in the test's own process beside the test: callbacks of pools and futures, and threads. Their calls are points."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..tasks import name_of
from . import threads_left
from .side import Side

_installed: set[str] = set()


def install(the_side: Callable[[], Side]) -> None:
    """Follows callbacks and threads, in modules that are loaded by now."""
    for name, put in (("concurrent.futures._base", _futures), ("threading", _threads)):
        module = sys.modules.get(name)
        if module is not None and name not in _installed:
            _installed.add(name)
            put(module, the_side)


def followed(side: Side, function: Any, frame: FrameType | None) -> Any:
    """The callback, with a task path of its own; nothing stays nothing."""
    if function is None or side.pid != side.orders.host:
        return function
    return functools.partial(side.follow, _announced(side, function, frame), function)


def _announced(side: Side, function: Any, frame: FrameType | None) -> str:
    path = side.child_path(name_of(function))
    side.trace.write("task", task=path, parent=side.task.path, place=side.place(side.users_frame(frame)), may={})
    return path


def _futures(module: Any, the_side: Callable[[], Side]) -> None:
    future = module.Future
    add = future.add_done_callback

    @functools.wraps(add)
    def hook(self: Any, fn: Any) -> Any:
        side, frame = the_side(), sys._getframe(1)
        return add(self, followed(side, fn, frame) if side.is_users(frame) else fn)

    future.add_done_callback = hook


def _threads(module: Any, the_side: Callable[[], Side]) -> None:
    thread = module.Thread
    start = thread.start

    @functools.wraps(start)
    def hook(self: Any) -> None:
        side, frame = the_side(), sys._getframe(1)
        if side.is_users(frame) and side.pid == side.orders.host:
            target = getattr(self, "_target", None) or getattr(self, "function", None) or type(self)
            path = _announced(side, target, frame)
            self.run = functools.partial(side.follow, path, self.run)
            threads_left.note(side, self, path, frame)
        start(self)

    thread.start = hook
