"""Flags and queues between processes, and cancelled futures: who sets an Event, who sees that it is set, who puts into a queue
and who waits for an item, who wants which task cancelled."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from ...model.notes import SAW
from . import shared
from . import side as sides

_installed: set[tuple[str, str]] = set()
_seen: set[tuple[int, str]] = set()
"""Process and task that have seen a flag: once is enough."""

_QUEUES = ("Queue", "JoinableQueue")


def install() -> None:
    """Watches flags, queues and futures."""
    event = {"set": _setting, "is_set": _looking, "wait": _waiting}
    for name, owner, methods in (
        ("multiprocessing.managers", "EventProxy", event),
        ("multiprocessing.managers", "BaseProxy", {"_callmethod": _asking}),
        ("multiprocessing.synchronize", "Event", event),
        ("multiprocessing.queues", "Queue", {"put": _putting, "get": _getting}),
        ("multiprocessing.queues", "JoinableQueue", {"put": _putting}),
        ("concurrent.futures._base", "Future", {"cancel": _cancelling}),
    ):
        if (name, owner) not in _installed:
            _installed.add((name, owner))
            kind = getattr(importlib.import_module(name), owner)
            for method, watched in methods.items():
                setattr(kind, method, watched(getattr(kind, method)))


def _write(event: str, what: str, frame: FrameType, note: str = "") -> None:
    side = sides.here()
    if side is not None:
        place = side.place(side.users_frame(frame))
        side.trace.write(event, task=side.task.path, what=what, note=note, place=place)


def _users(frame: FrameType) -> sides.Side | None:
    """This process's side, if the frame is the user's own."""
    side = sides.here()
    return side if side is not None and side.is_users(frame) else None


def _name_of(thing: Any) -> tuple[str, str]:
    """What tells an event or a queue from others, in all processes, and what it is in words."""
    token = getattr(thing, "_token", None)
    if token is not None:
        return f"{token.address}:{token.id}", f"Manager {token.typeid}"
    kind = type(thing).__name__
    lock = getattr(thing, "_flag" if kind == "Event" else "_rlock", None)
    return str(getattr(getattr(lock, "_semlock", None), "name", id(thing))), f"multiprocessing {kind}"


# ---------------------------------------------------------------------- events


def _setting(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any) -> Any:
        frame = sys._getframe(1)

        def act() -> Any:
            result = method(self)
            _write("signal", "Event.set", frame)
            return result

        side = _users(frame)
        return act() if side is None else shared.signal(side, "Event.set", _name_of(self)[0], frame, act)

    return hook


def _looking(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any) -> Any:
        return _seen_by(method(self), sys._getframe(1))

    return hook


def _waiting(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, timeout: float | None = None) -> Any:
        frame = sys._getframe(1)
        side = _users(frame) if timeout is None else None
        if side is None:
            return _seen_by(method(self, timeout), frame)
        name, kind = _name_of(self)
        return _seen_by(shared.wait(side, f"for a {kind} to be set", name, lambda: method(self, timeout)), frame)

    return hook


def _seen_by(is_set: Any, frame: FrameType) -> Any:
    side = sides.here() if is_set else None
    if side is not None and (side.pid, side.task.path) not in _seen:
        _seen.add((side.pid, side.task.path))
        _write(SAW, "Event", frame)
    return is_set


# ---------------------------------------------------------------------- queues


def _putting(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _put(self, sys._getframe(1), lambda: method(self, *args, **kwargs))

    return hook


def _getting(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        limited = bool(args or kwargs)
        return _get(self, sys._getframe(1), lambda: method(self, *args, **kwargs), limited)

    return hook


def _asking(method: Any) -> Any:
    """What a proxy asks its manager for; it is called by the proxy's own method of that name."""

    @functools.wraps(method)
    def hook(self: Any, methodname: str, *args: Any, **kwargs: Any) -> Any:
        act = functools.partial(method, self, methodname, *args, **kwargs)
        of_queue = methodname in ("put", "put_nowait", "get") and self._token.typeid in _QUEUES
        frame = sys._getframe(1).f_back if of_queue else None
        if frame is None:
            return act()
        return _get(self, frame, act, any(args) or any(kwargs.values())) if methodname == "get" else _put(self, frame, act)

    return hook


def _put(queue: Any, frame: FrameType, act: Callable[[], Any]) -> Any:
    side = _users(frame)
    return act() if side is None else shared.signal(side, "Queue.put", _name_of(queue)[0], frame, act)


def _get(queue: Any, frame: FrameType, act: Callable[[], Any], limited: bool) -> Any:
    """What is asked for with a time limit, or in a loop that polls, is not noted."""
    side = None if limited else _users(frame)
    if side is None:
        return act()
    name, kind = _name_of(queue)
    return shared.wait(side, f"for an item of a {kind}", name, act)


# ---------------------------------------------------------------------- futures


def _cancelling(method: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any) -> Any:
        is_cancelled = method(self)
        path = vars(self).get("_taskfail_path")
        if path:
            _write("cancel", path, sys._getframe(1), "cancelled" if is_cancelled else "refused")
        return is_cancelled

    return hook
