"""Locks between processes, as tasks use them: locks of a Manager and of multiprocessing. Who wants, has and gives back which."""

from __future__ import annotations

import functools
import sys
from typing import Any

from . import revive
from .side import Side

_installed: set[str] = set()
_side: list[Side] = []


def install(side: Side) -> None:
    """Watches the locks, in modules that are loaded by now."""
    _side[:] = [side]
    for name, put in (("multiprocessing.managers", _proxies), ("multiprocessing.synchronize", _semaphores)):
        module = sys.modules.get(name)
        if module is not None and name not in _installed:
            _installed.add(name)
            put(module)


def _note(event: str, lock: str, what: str, depth: int) -> None:
    """Writes down what the user's code does with a lock; what the library does with it inside is its own business."""
    side = _side[0]
    frame = sys._getframe(depth)
    while frame is not None and frame.f_code.co_filename.endswith(
        ("multiprocessing/synchronize.py", "multiprocessing/managers.py")
    ):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is not None and side.is_users(frame):
        side.trace.write(event, task=side.task.path, lock=lock, what=what, place=side.place(frame))


def _taking(method: Any, name: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        lock, what = name(self)
        if not lock:
            return method(self, *args, **kwargs)
        _note("wants", lock, what, 2)
        got = method(self, *args, **kwargs)
        _note("takes" if got is not False else "gives up", lock, what, 2)
        return got

    return hook


def _giving(method: Any, name: Any) -> Any:
    @functools.wraps(method)
    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        lock, what = name(self)
        if lock:
            _note("gives", lock, what, 2)
        return result

    return hook


def _proxies(module: Any) -> None:
    proxy = module.AcquirerProxy
    for name in ("acquire", "__enter__"):
        setattr(proxy, name, _taking(getattr(proxy, name), _name_of_proxy))
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

    def make_methods(self: Any) -> None:
        semlock = self._semlock
        self.acquire = functools.partial(_taking(lambda _, *a, **k: semlock.acquire(*a, **k), name), self)
        self.release = functools.partial(_giving(lambda _: semlock.release(), name), self)

    owner = module.SemLock
    owner.__enter__ = _taking(owner.__enter__, name)
    owner.__exit__ = _giving(owner.__exit__, name)
    owner._make_methods = make_methods
    for lock in revive.locks():
        make_methods(lock)
