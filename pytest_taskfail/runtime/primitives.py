"""Locks and queues that both worlds can use: the truth is always the interpreter's own lock.

A thread under control only ever tries; when that fails it blocks in the scheduler. Every other thread waits in the
interpreter as ever. Before the first exploration a `Lock` is of a class whose methods *are* those of the interpreter's lock
(the descriptors of its slots), so that it costs nothing; `arm` then exchanges the class of those that exist.
Those classes name `_thread` as their module, because libraries look there (trio refuses any other lock).
"""

from __future__ import annotations

import contextlib
import functools
import queue
import sys
import threading
import weakref
from functools import partial
from types import FrameType
from typing import Any

from . import adoption, control, real
from .carriers import EXPIRED, FREED, Carrier

armed = False
made_before: dict[tuple[str, int], int] = {}
"""How many a line has made outside of experiments, less one; an experiment counts for itself."""
_idle_locks: weakref.WeakSet[Any] = weakref.WeakSet()
_OWN_FILES = frozenset({__file__, threading.__file__, queue.__file__, weakref.__file__})


def _maker(frame: FrameType | None) -> FrameType | None:
    """Who makes the primitive, outside of threading and queue."""
    while frame is not None and frame.f_code.co_filename in _OWN_FILES:
        frame = frame.f_back
    return frame


def line_of(frame: FrameType | None) -> tuple[str, int, int] | None:
    """The line that makes the primitive, and how many it has made before in this run."""
    if frame is None:
        return None
    place = frame.f_code.co_filename, frame.f_lineno or 0
    made = made_before if control.active is None else control.active.made
    nth = made[place] = made.get(place, -1) + 1
    return *place, nth


class _Slots:
    __slots__ = (
        "__weakref__", "_acquire", "_exit", "_locked", "_real", "_release",
        "home", "made", "owner", "parked", "shared", "taken", "waiters",
    )  # fmt: skip

    waiters: list[Carrier] | None
    owner: Any
    taken: Any
    shared: Any
    home: Any
    made: tuple[str, int, int] | None

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
_take, _give = real.CRLock.acquire, real.CRLock.release


class Lock(_Slots):
    """What `threading.Lock()` makes: the interpreter's lock, ready to be controlled."""

    __slots__ = ()

    def __new__(cls) -> Any:
        maker = _maker(sys._getframe(1))
        if not _is_for_users(maker):
            return real.allocate_lock()
        self = super().__new__(ControlledLock if armed else IdleLock)
        self._rebind(real.allocate_lock())
        self.waiters = self.owner = self.taken = self.shared = None
        self.parked = 0
        self.home = control.active
        self.made = line_of(maker)
        if not armed:
            _idle_locks.add(self)
        return self


class IdleLock(Lock):
    """A lock while nothing is explored."""

    __module__ = "_thread"
    __slots__ = ()
    acquire = __enter__ = _SLOTS._acquire
    release = _SLOTS._release
    __exit__ = _SLOTS._exit
    locked = _SLOTS._locked


class ControlledLock(Lock):
    """A lock once something has been explored."""

    __module__ = "_thread"
    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        experiment = control.active
        if experiment is None:
            if blocking and timeout == -1 and self._acquire(False):
                return True
        else:
            me = experiment.scheduler.by_ident.get(real.get_ident())
            if me is not None:
                if me.depth and (me.op is None or me.op.stash is None) and blocking and timeout == -1 and self._acquire(False):
                    return True  # inside of an operation, and nothing is to be noted
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
            _release(experiment, self, self._release, experiment.on_release)

    def __exit__(self, kind: object, value: object, traceback: object) -> None:
        experiment = control.active
        if experiment is None:
            self._release()
        else:
            _release(experiment, self, self._release)

    def locked(self) -> bool:
        return bool(self._locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class RLock(real.CRLock):
    """What `threading.RLock()` makes. Its owner is the real thread, so the interpreter's own rules hold."""

    __slots__ = ("home", "made", "owner", "parked", "shared", "taken", "waiters")

    def __new__(cls) -> Any:
        maker = _maker(sys._getframe(1))
        if not _is_for_users(maker):
            return real.CRLock()
        self = super().__new__(ControlledRLock if armed else IdleRLock)
        self.waiters = self.owner = self.taken = self.shared = None
        self.parked = 0
        self.home = control.active
        self.made = line_of(maker)
        if not armed:
            _idle_locks.add(self)
        return self


class IdleRLock(RLock):
    """A reentrant lock while nothing is explored."""

    __module__ = "_thread"
    __slots__ = ()


class ControlledRLock(RLock):
    """A reentrant lock once something has been explored."""

    __module__ = "_thread"
    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        experiment = control.active
        if experiment is None:
            if blocking and timeout == -1 and _take(self, False):
                return True
        else:
            me = experiment.scheduler.by_ident.get(real.get_ident())
            if me is not None:
                if me.depth and (me.op is None or me.op.stash is None) and blocking and timeout == -1 and _take(self, False):
                    return True
                if self._is_owned():
                    return bool(_take(self))
                return _acquire(experiment, me, self, functools.partial(_take, self), blocking, timeout)
        if not blocking or (timeout < 0 and timeout != -1):
            return bool(_take(self, blocking, timeout))
        return bool(_take(self, False) or _park(self, functools.partial(_take, self), timeout))

    __enter__ = acquire

    def release(self) -> None:
        experiment = control.active
        if experiment is None:
            _give(self)
        else:
            _release(experiment, self, super().release, experiment.on_release)

    def __exit__(self, kind: object, value: object, traceback: object) -> None:
        experiment = control.active
        if experiment is None:
            _give(self)
        else:
            _release(experiment, self, super().release)

    def _release_save(self) -> Any:
        experiment = control.active
        if experiment is not None:
            experiment.scheduler.regain()
        state = super()._release_save()
        if experiment is not None:
            if self.owner is not None:
                experiment.holding.given_back(experiment, self)
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
        self.made = line_of(_maker(sys._getframe(1)))
        return self

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        experiment = control.active
        if experiment is not None:
            experiment.scheduler.regain()
        super().put(item)
        if experiment is not None and (self.waiters or self.parked):
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
        experiment.scheduler.regain()
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
    use = experiment.holding.before_acquire(experiment, me, lock, blocking, timeout)
    experiment.scheduler.regain()
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
        experiment.holding.taken(experiment, me, lock, use)
    return True


def _release(experiment: Any, lock: Any, release: Any, instead: Any = None) -> None:
    experiment.scheduler.regain()
    if instead is not None:
        instead(experiment, lock, partial(_give_back, experiment, lock, release))
    elif lock.owner is not None:
        _give_back(experiment, lock, release)
    else:
        release()
        if lock.waiters or lock.parked:
            _wake(experiment, lock)


def _give_back(experiment: Any, lock: Any, release: Any) -> None:
    release()
    if isinstance(lock, RLock) and lock._is_owned():
        return
    experiment.holding.given_back(experiment, lock)
    if lock.waiters or lock.parked:
        _wake(experiment, lock)
    if experiment.scheduler.chooser.pausing:
        experiment.holding.pause(experiment)


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
        adoption.adopt(experiment)
    return got


def make_waiter() -> Any:
    """`threading._allocate_lock`: what `Condition.wait` waits on."""
    return Lock() if armed else real.allocate_lock()


_FOR_US = frozenset({"threading", "queue", "concurrent", "logging"})
_TOOLS = frozenset({"pytest", "_pytest", "pluggy", "xdist", "execnet", "coverage", "hypothesis"})


def _is_for_users(maker: FrameType | None) -> bool:
    if maker is None:
        return True
    root = maker.f_globals.get("__name__", "").partition(".")[0]
    return root in _FOR_US or (root not in sys.stdlib_module_names and root not in _TOOLS)


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
