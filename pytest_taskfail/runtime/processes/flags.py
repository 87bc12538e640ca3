"""Flags between processes and cancelled futures: who sets an Event, who sees that it is set, who wants which task cancelled."""

from __future__ import annotations

import functools
import sys
from typing import Any

from ...model.notes import SAW
from . import side as sides

_installed: set[str] = set()
_seen: set[tuple[int, str]] = set()
"""Process and task that have seen a flag: once is enough."""


def install() -> None:
    """Watches flags and futures, in modules that are loaded by now."""
    for name, owner, methods in (
        ("multiprocessing.managers", "EventProxy", {"set": _setting, "is_set": _looking, "wait": _looking}),
        ("multiprocessing.synchronize", "Event", {"set": _setting, "is_set": _looking, "wait": _looking}),
        ("concurrent.futures._base", "Future", {"cancel": _cancelling}),
    ):
        module = sys.modules.get(name)
        if module is not None and name not in _installed:
            _installed.add(name)
            kind = getattr(module, owner)
            for method, watched in methods.items():
                setattr(kind, method, watched(getattr(kind, method)))


def _write(event: str, what: str, note: str = "") -> None:
    side = sides.here()
    if side is not None:
        place = side.place(side.users_frame(sys._getframe(2)))
        side.trace.write(event, task=side.task.path, what=what, note=note, place=place)


def _setting(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any) -> Any:
        result = method(self)
        _write("signal", "Event.set")
        return result

    return hook


def _looking(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_set = method(self, *args, **kwargs)
        side = sides.here() if is_set else None
        if side is not None and (side.pid, side.task.path) not in _seen:
            _seen.add((side.pid, side.task.path))
            _write(SAW, "Event")
        return is_set

    return hook


def _cancelling(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any) -> Any:
        is_cancelled = method(self)
        path = vars(self).get("_taskfail_path")
        if path:
            _write("cancel", path, "cancelled" if is_cancelled else "refused")
        return is_cancelled

    return hook
