"""Locks between processes, as tasks use them: locks of a Manager and of multiprocessing. Who wants, has and gives back which."""

from __future__ import annotations

import functools
import importlib
import sys
from types import FrameType
from typing import Any

from . import revive, shared
from . import side as sides
from .side import Side

_installed: set[str] = set()
_side: list[Side] = []


def install(side: Side) -> None:
    """Watches the locks. Their modules are loaded here: under spawn they would come later, with the arguments of a task."""
    _side[:] = [side]
    for name, put in (("multiprocessing.managers", _proxies), ("multiprocessing.synchronize", _semaphores)):
        if name not in _installed:
            _installed.add(name)
            put(importlib.import_module(name))


def _users(frame: FrameType | None) -> FrameType | None:
    """The user's frame that asks; what the library does with a lock inside is its own business."""
    while frame is not None and frame.f_code.co_filename.endswith(
        ("multiprocessing/synchronize.py", "multiprocessing/managers.py")
    ):
        frame = frame.f_back
    return frame if frame is not None and _side[0].is_users(frame) else None


def _taking(method: Any, name: Any, release: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        lock, what = name(self)
        frame = _users(sys._getframe(1)) if lock else None
        if frame is None:
            return method(self, *args, **kwargs)
        side = sides.enter(_side[0].folder)

        def note(event: str) -> None:
            side.trace.write(event, task=side.task.path, lock=lock, what=what, place=side.place(frame))

        note("wants")
        take, give = functools.partial(method, self), functools.partial(release, self)
        got = shared.acquire(side, (lock, what), frame, take, give, (args, kwargs))
        note("takes" if got is not False else "gives up")
        return got

    return hook


def _giving(method: Any, name: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        lock, what = name(self)
        frame = _users(sys._getframe(1)) if lock else None
        if frame is not None:
            side = sides.enter(_side[0].folder)
            shared.released(lock)
            side.trace.write("gives", task=side.task.path, lock=lock, what=what, place=side.place(frame))
        return result

    return hook


def _proxies(module: Any) -> None:
    proxy = module.AcquirerProxy
    release = proxy.release
    for name in ("acquire", "__enter__"):
        setattr(proxy, name, _taking(getattr(proxy, name), _name_of_proxy, release))
    for name in ("release", "__exit__"):
        setattr(proxy, name, _giving(getattr(proxy, name), _name_of_proxy))


def _name_of_proxy(proxy: Any) -> tuple[str, str]:
    token = proxy._token
    kind = token.typeid
    return (f"{token.address}:{token.id}", f"Manager {kind}") if kind in ("Lock", "RLock") else ("", "")


def _semaphores(module: Any) -> None:
    """The methods of these locks are bound to each object when it is made."""
    kinds = (module.Lock, module.RLock)

    def name(lock: Any) -> tuple[str, str]:
        return (str(lock._semlock.name), f"multiprocessing {type(lock).__name__}") if isinstance(lock, kinds) else ("", "")

    def release(lock: Any) -> None:
        lock._semlock.release()

    def make_methods(self: Any) -> None:
        semlock = self._semlock
        self.acquire = functools.partial(_taking(lambda _, *a, **k: semlock.acquire(*a, **k), name, release), self)
        self.release = functools.partial(_giving(release, name), self)

    owner = module.SemLock
    owner.__enter__ = _taking(owner.__enter__, name, release)
    owner.__exit__ = _giving(owner.__exit__, name)
    owner._make_methods = make_methods
    for lock in revive.locks():
        make_methods(lock)
