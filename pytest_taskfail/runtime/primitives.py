"""Locks and queues that both worlds can use: the truth is always the interpreter's own lock.

A thread under control only ever tries; when that fails it blocks in the scheduler. Every other thread waits in the
interpreter as ever. Before the first exploration a `Lock` is of a class whose methods *are* those of the interpreter's lock
(the descriptors of its slots), so that it costs nothing; `arm` then exchanges the class of those that exist.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import weakref
from types import FrameType
from typing import Any

from . import control, real
from .carriers import EXPIRED, FREED, Carrier

armed = False
_idle_locks: weakref.WeakSet[Any] = weakref.WeakSet()
_OWN_FILES = frozenset({__file__, threading.__file__, queue.__file__, weakref.__file__})


def _maker(frame: FrameType | None) -> tuple[str, int] | None:
    """The line that makes the primitive, outside of threading and queue."""
    while frame is not None and frame.f_code.co_filename in _OWN_FILES:
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno or 0)


class _Slots:
    __slots__ = (
        "__weakref__", "_acquire", "_exit", "_locked", "_real", "_release",
        "home", "made", "owner", "parked", "shared", "taken", "waiters",
    )  # fmt: skip

    def __init__(self) -> None:
        self._rebind(real.allocate_lock())
        self.waiters: list[Carrier] | None = None
        self.owner: Any = None
        self.taken: Any = None
        self.shared: Any = None
        self.parked = 0
        self.home = control.active
        self.made = _maker(sys._getframe(2))

    def _rebind(self, lock: Any) -> None:
        self._real = lock
        self._acquire = lock.acquire
        self._release = lock.release
        self._exit = lock.__exit__
        self._locked = lock.locked

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()  # not another lock: somebody may have kept a bound method of this one, as `os` does
        self.waiters, self.owner, self.parked = None, None, 0

    def __repr__(self) -> str:
        state = "locked" if self._locked() else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")


_SLOTS: Any = _Slots


class Lock(_Slots):
    """What `threading.Lock()` makes: the interpreter's lock, ready to be controlled."""

    __slots__ = ()

    def __new__(cls) -> Any:
        if not _is_for_users(sys._getframe(1)):
            return real.allocate_lock()
        return super().__new__(ControlledLock if armed else IdleLock)

    def __init__(self) -> None:
        super().__init__()
        if not armed:
            _idle_locks.add(self)


class IdleLock(Lock):
    """A lock while nothing is explored."""

    __slots__ = ()
    acquire = __enter__ = _SLOTS._acquire
    release = _SLOTS._release
    __exit__ = _SLOTS._exit
    locked = _SLOTS._locked


class ControlledLock(Lock):
    """A lock once something has been explored."""

    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        experiment = control.active
        if experiment is not None:
            me = experiment.scheduler.by_ident.get(real.get_ident())
            if me is not None:
                return _acquire(experiment, me, self, self._acquire, blocking, timeout)
        if not blocking or (timeout < 0 and timeout != -1):
            return bool(self._acquire(blocking, timeout))
        return bool(self._acquire(False) or _park(self, self._acquire, timeout))

    __enter__ = acquire

    def release(self) -> None:
        experiment = control.active
        if experiment is None:
            self._release()
        else:
            _release(experiment, self, self._release)

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def locked(self) -> bool:
        return bool(self._locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class RLock(real.CRLock):
    """What `threading.RLock()` makes. Its owner is the real thread, so the interpreter's own rules hold."""

    __slots__ = ("home", "made", "owner", "parked", "shared", "taken", "waiters")

    def __new__(cls) -> Any:
        if not _is_for_users(sys._getframe(1)):
            return real.CRLock()
        self = super().__new__(ControlledRLock if armed else IdleRLock)
        self.waiters = self.owner = self.taken = self.shared = None
        self.parked = 0
        self.home = control.active
        self.made = _maker(sys._getframe(1))
        if not armed:
            _idle_locks.add(self)
        return self


class IdleRLock(RLock):
    """A reentrant lock while nothing is explored."""

    __slots__ = ()


class ControlledRLock(RLock):
    """A reentrant lock once something has been explored."""

    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        try_acquire = super().acquire
        experiment = control.active
        if experiment is not None:
            me = experiment.scheduler.by_ident.get(real.get_ident())
            if me is not None:
                if self._is_owned():
                    return bool(try_acquire())
                return _acquire(experiment, me, self, try_acquire, blocking, timeout)
        if not blocking or (timeout < 0 and timeout != -1):
            return bool(try_acquire(blocking, timeout))
        return bool(try_acquire(False) or _park(self, try_acquire, timeout))

    __enter__ = acquire

    def release(self) -> None:
        experiment = control.active
        if experiment is None:
            super().release()
        else:
            _release(experiment, self, super().release)

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _release_save(self) -> Any:
        state = super()._release_save()
        experiment = control.active
        if experiment is not None:
            if self.owner is not None:
                experiment.given_back(self)
            _wake(experiment, self)
        return state

    def _acquire_restore(self, state: Any) -> None:
        self.acquire()
        super().release()
        super()._acquire_restore(state)


class SimpleQueue(real.SimpleQueue):
    """What `queue.SimpleQueue()` makes: the interpreter's queue; only waiting for an item is ours."""

    __slots__ = ("home", "made", "owner", "parked", "waiters")

    def __new__(cls) -> Any:
        self = super().__new__(cls)
        self.waiters, self.owner, self.parked = None, None, 0
        self.home = control.active
        self.made = _maker(sys._getframe(1))
        return self

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        super().put(item)
        experiment = control.active
        if experiment is not None:
            _wake(experiment, self)

    def put_nowait(self, item: Any) -> None:
        self.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        experiment = control.active
        me = None if experiment is None else experiment.scheduler.by_ident.get(real.get_ident())
        if experiment is None or me is None:
            if not block:
                return super().get(False)
            return _park(self, super().get, timeout)
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        deadline = None if timeout is None or not block else experiment.scheduler.clock.deadline(timeout)
        while True:
            try:
                return super().get(False)
            except queue.Empty:
                if not block:
                    raise
            outcome = experiment.wait(me, self, deadline)
            if outcome is EXPIRED:
                raise queue.Empty
            if outcome is FREED:
                return self.get(block, timeout)


def _acquire(experiment: Any, me: Carrier, lock: Any, try_acquire: Any, blocking: bool, timeout: float) -> bool:
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")
    use = experiment.before_acquire(me, lock, blocking, timeout)
    if not try_acquire(False):
        if not blocking or timeout == 0:
            if not me.depth:
                experiment.spin(me)
            return False
        deadline = None if timeout == -1 else experiment.scheduler.clock.deadline(timeout)
        while True:
            outcome = experiment.wait(me, lock, deadline)
            if outcome is EXPIRED:
                return False
            if outcome is FREED:
                return bool(lock.acquire(blocking, timeout))
            if try_acquire(False):
                break
    if use is not None:
        experiment.taken(me, lock, use)
    return True


def _release(experiment: Any, lock: Any, release: Any) -> None:
    if lock.owner is not None:
        release()
        if isinstance(lock, RLock) and lock._is_owned():
            return
        experiment.given_back(lock)
    else:
        release()
    _wake(experiment, lock)


def _wake(experiment: Any, on: Any) -> None:
    if on.waiters:
        experiment.scheduler.wake(on)
    if on.parked and real.get_ident() in experiment.scheduler.by_ident:
        experiment.scheduler.expect(on)


def _park(on: Any, wait: Any, timeout: float | None) -> Any:
    """Waits in the interpreter; a thread that is then woken by one under control comes under control itself."""
    ident = real.get_ident()
    control.parked[ident] = on
    on.parked += 1
    try:
        got = wait(True, timeout)
    finally:
        on.parked -= 1
        control.parked.pop(ident, None)
    experiment = control.active
    if experiment is not None and experiment.scheduler.expecting is on:
        experiment.adopt()
    return got


def make_waiter() -> Any:
    """`threading._allocate_lock`: what `Condition.wait` waits on."""
    return Lock() if armed else real.allocate_lock()


_FOR_US = frozenset({"threading", "queue", "concurrent", "logging"})
_TOOLS = frozenset({"pytest", "_pytest", "pluggy", "xdist", "execnet", "coverage", "hypothesis"})


def _is_for_users(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_filename in _OWN_FILES:
        frame = frame.f_back
    if frame is None:
        return True
    root = frame.f_globals.get("__name__", "").partition(".")[0]
    if root in _FOR_US:
        return True
    return root not in sys.stdlib_module_names and root not in _TOOLS


def arm() -> None:
    """Makes every lock that exists ready to be controlled; for the rest of the process."""
    global armed
    if armed:
        return
    armed = True
    for lock in list(_idle_locks):
        with contextlib.suppress(TypeError):
            lock.__class__ = ControlledRLock if isinstance(lock, RLock) else ControlledLock
    _idle_locks.clear()
