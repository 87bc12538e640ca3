"""Where the standard library's names are replaced: once, by dispatchers.

`install` runs when the plugin is loaded, before test modules bind `from threading import Lock`; `arm` runs before the first
exploration and does the rest. `uninstall` puts everything back.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from . import adoption, control, exceptions, observe, primitives, real, times
from .carriers import Abort

_undo: list[Callable[[], None]] = []
_armed = False
_loops_armed = False
_executors: dict[tuple[type, str], None] = {}
"""Executors of other makes and the methods that submit to them."""


def _put(owner: Any, name: str, value: Any) -> None:
    before = getattr(owner, name)
    setattr(owner, name, value)
    _undo.append(lambda: setattr(owner, name, before))


def install() -> None:
    """Replaces the names that user code may bind early. Does nothing the second time."""
    if _undo:
        return
    for name in ("Lock",):
        _put(threading, name, primitives.Lock)
    _put(threading, "RLock", primitives.RLock)
    _put(threading, "_CRLock", primitives.RLock)
    _put(threading, "_allocate_lock", primitives.make_waiter)
    _put(threading, "_time", times.machinery_monotonic)
    _put(queue, "SimpleQueue", primitives.SimpleQueue)
    _put(queue, "time", times.machinery_monotonic)
    for name, value in times.CLOCKS.items():
        _put(time, name, value)


def uninstall() -> None:
    """Puts back every name."""
    global _armed, _loops_armed
    while _undo:
        _undo.pop()()
    _armed = _loops_armed = False
    _executors.clear()
    observe.forget()


def watch_modules() -> set[str]:
    """Watches event loops and processes too, once they can be started; which of `observe.counts` are counted from now on."""
    return observe.watch_modules(_put)


def arm() -> None:
    """Replaces what only experiments need, and names that were bound before us."""
    global _armed
    install()
    arm_loops()
    if _armed:
        return
    _armed = True
    primitives.arm()
    import concurrent.futures.thread as pools
    from concurrent.futures import Future, ThreadPoolExecutor

    from . import blocking, operations
    from .loops import races

    for owner, names in {
        threading.Event: ("set", "wait", "is_set"),
        threading.Condition: ("wait", "notify", "notify_all"),
        threading.Semaphore: ("acquire", "release"),
        threading.BoundedSemaphore: ("release",),
        threading.Barrier: ("wait",),
        threading.Thread: ("join", "is_alive"),
        queue.Queue: ("put", "get", "join", "task_done", "empty", "full", "qsize"),
        primitives.SimpleQueue: ("put", "get"),
        Future: ("result", "exception", "cancel", "set_result", "set_exception", "done", "running", "cancelled"),
    }.items():
        for name in names:
            undo = operations.operation(owner, name)
            _undo.append(lambda undo=undo: setattr(*undo))  # type: ignore[misc]
    _put(threading.Semaphore, "__enter__", threading.Semaphore.acquire)
    _arm_threads(operations)
    _put(threading.Thread, "_delete", _ending(threading.Thread._delete))  # type: ignore[attr-defined]
    for owner, name in ((ThreadPoolExecutor, "submit"), *_executors):
        _arm_pool(operations, owner, name)
    if not hasattr(pools._global_shutdown_lock, "waiters"):
        _put(pools, "_global_shutdown_lock", primitives.Lock())
    raced = races.arm(_put)
    _arm_order(Future)
    _arm_log()
    times.arm_datetime(_undo)
    blocking.arm(_put)
    _scan(raced)


def arm_loops() -> None:
    """Replaces methods of event loops, once asyncio has been imported."""
    global _loops_armed
    if _loops_armed or "asyncio.base_events" not in sys.modules:
        return
    _loops_armed = True
    from .loops import eventloop

    eventloop.arm(_put)


def watch_executor(owner: type, method: str) -> None:
    """What is submitted by this method, as its first argument, are tasks: from now on, or from `arm` on."""
    if (owner, method) in _executors:
        return
    _executors[owner, method] = None
    if _armed:
        from . import operations

        _arm_pool(operations, owner, method)


@contextlib.contextmanager
def watching_executor(owner: type, method: str) -> Iterator[None]:
    """The same, for a while."""
    before = owner.__dict__.get(method)
    known = (owner, method) in _executors
    watch_executor(owner, method)
    try:
        yield
    finally:
        if not known:
            del _executors[owner, method]
            delattr(owner, method)
            if before is not None:
                setattr(owner, method, before)


def _arm_pool(operations: Any, pool_type: Any, name: str) -> None:
    submit = getattr(pool_type, name)

    def dispatch(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        me = control.carrier()
        if me is None or me.depth:
            observe.note("threads")
            return submit(self, fn, *args, **kwargs)
        return operations.submit(control.active, me, submit, self, fn, args, kwargs)

    dispatch.__name__, dispatch.__qualname__, dispatch.__doc__ = name, submit.__qualname__, submit.__doc__
    _put(pool_type, name, dispatch)


def _arm_threads(operations: Any) -> None:
    inner: Any = threading
    if sys.version_info < (3, 13):
        real_start, real_sentinel = inner._start_new_thread, inner._set_sentinel

        def start(function: Any, args: Any = (), kwargs: Any = None) -> int:
            me = control.carrier()
            if me is None:
                observe.note("threads")
                return int(real_start(function, args, kwargs or {}))
            return int(operations.start_thread(control.active, me, function, args, None))

        def sentinel() -> Any:
            me = control.carrier()
            if me is None:
                return real_sentinel()
            lock: Any = primitives.Lock()
            me.on_done = lambda: lock.release() if lock.locked() else None
            return lock

        _put(threading, "_start_new_thread", start)
        _put(threading, "_set_sentinel", sentinel)
        return
    real_joinable, real_handle = inner._start_joinable_thread, inner._ThreadHandle

    def start_joinable(function: Any, handle: Any = None, daemon: bool = True) -> Any:
        me = control.carrier()
        if me is None or not isinstance(handle, Handle):
            observe.note("threads")
            return real_joinable(function, handle=handle.real() if isinstance(handle, Handle) else handle, daemon=daemon)
        handle.ident = operations.start_thread(control.active, me, function, (), handle.set_done)
        return handle

    _put(threading, "_start_joinable_thread", start_joinable)
    _put(threading, "_ThreadHandle", lambda: real_handle() if control.carrier() is None else Handle(real_handle))


class Handle:
    """The join handle of a thread (3.13), on a lock that both worlds can wait on."""

    def __init__(self, real_handle: Any) -> None:
        self.ident: int | None = None
        self._make_real = real_handle
        self._delegate: Any = None
        self._done = False
        self._lock: Any = primitives.Lock()
        self._lock._acquire(False)

    def real(self) -> Any:
        """The interpreter's handle, for a thread that is started outside of control after all."""
        self._delegate = self._make_real()
        return self._delegate

    def is_done(self) -> bool:
        return self._done if self._delegate is None else bool(self._delegate.is_done())

    def set_done(self) -> None:
        if not self._done:
            self._done = True
            self._lock.release()

    _set_done = set_done

    def join(self, timeout: float | None = None) -> None:
        if self._delegate is not None:
            self._delegate.join(timeout)
        elif not self._done and self._lock.acquire(True, -1 if timeout is None else max(timeout, 0)):
            self._lock.release()


def _arm_order(future_type: Any) -> None:
    """Sets of threads and futures are walked in the order of creation, not of addresses: replay needs it."""
    import concurrent.futures._base as base

    def ordinal(self: Any) -> int:
        number = self.__dict__.get("_taskfail_ordinal")
        return object.__hash__(self) if number is None else int(number)

    for owner in (threading.Thread, future_type):
        _put(owner, "__hash__", ordinal)
        _put(owner, "__init__", _numbering(owner.__init__))
    space: Any = base
    space.id = lambda thing: hash(thing) if isinstance(thing, future_type) else id(thing)
    _undo.append(lambda: delattr(space, "id"))


def _ending(delete: Any) -> Any:
    """The last thing that a thread does in Python."""

    def ends(self: Any) -> None:
        delete(self)
        me = control.carrier()
        if me is not None and control.active is not None:
            adoption.thread_ends(control.active, me)

    return ends


def _numbering(init: Any) -> Any:
    @functools.wraps(init)
    def numbered(self: Any, *args: Any, **kwargs: Any) -> None:
        experiment = control.active
        if experiment is not None:
            self.__dict__["_taskfail_ordinal"] = experiment.next_ordinal()
        init(self, *args, **kwargs)

    return numbered


def _arm_log() -> None:
    """What ends a thread with its experiment is nobody's error: it is in no log, neither of a pool nor of the user's."""
    handle = logging.Logger.handle

    @functools.wraps(handle)
    def handle_without_ends(self: Any, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if not any(isinstance(one, Abort) for one in exceptions.related(error)):
            handle(self, record)

    _put(logging.Logger, "handle", handle_without_ends)


def _scan(more: dict[int, Any]) -> None:
    """Modules that bound a replaced name before us get the dispatcher; those of the standard library and of tools do not."""
    exchange = {id(getattr(real, name)): value for name, value in {**times.BY_REAL, **_LOCKS}.items()} | more
    for module_name, module in list(sys.modules.items()):
        root = module_name.partition(".")[0]
        if root in sys.stdlib_module_names or root in times.REAL_TIME or root == "pytest_taskfail":
            continue
        for name, value in list(getattr(module, "__dict__", {}).items()):
            put = exchange.get(id(value))
            if put is not None and value is not put:
                with contextlib.suppress(Exception):
                    _put(module, name, put)


_LOCKS: dict[str, Any] = {
    "threading_lock": primitives.Lock,
    "threading_rlock": primitives.RLock,
    "SimpleQueue": primitives.SimpleQueue,
}
