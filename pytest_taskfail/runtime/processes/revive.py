"""Pools and locks that were made before the experiment: its process has pools without their threads, so they start afresh."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Any

_KINDS = {
    "concurrent.futures.thread": ("ThreadPoolExecutor",),
    "concurrent.futures.process": ("ProcessPoolExecutor",),
    "multiprocessing.pool": ("Pool",),
    "multiprocessing.synchronize": ("Lock", "RLock"),
}

_survey: list[Any] = []


def survey() -> None:
    """Looks for them, once for all experiments of a test, in pytest's own process."""
    kinds = tuple(kind for name in _KINDS for kind in _types(name))
    gc.collect()
    _survey[:] = [thing for thing in gc.get_objects() if isinstance(thing, kinds)] if kinds else []


def forget() -> None:
    """Lets go of what the survey has found."""
    _survey.clear()


def locks() -> list[Any]:
    """Locks of multiprocessing that were there before."""
    return [thing for thing in _survey if isinstance(thing, tuple(_types("multiprocessing.synchronize")))]


def _types(name: str) -> Iterator[Any]:
    module = sys.modules.get(name)
    if module is not None:
        yield from (getattr(module, kind) for kind in _KINDS[name])


def revive() -> None:
    """Gives every pool of the standard library, and joblib's, new threads and processes when it is next used."""
    threads, processes = sys.modules.get("concurrent.futures.thread"), sys.modules.get("concurrent.futures.process")
    pools = sys.modules.get("multiprocessing.pool")
    if threads is not None:
        threads._threads_queues.clear()
    if processes is not None:
        processes._threads_wakeups.clear()
    for pool in _survey:
        if threads is not None and isinstance(pool, threads.ThreadPoolExecutor):
            if not pool._shutdown:
                names = pool._thread_name_prefix
                threads.ThreadPoolExecutor.__init__(pool, pool._max_workers, names, pool._initializer, pool._initargs)
        elif processes is not None and isinstance(pool, processes.ProcessPoolExecutor):
            if not (pool._shutdown_thread or pool._broken):
                _process_pool(processes, pool)
        elif pools is not None and type(pool) is pools.Pool and pool._state == pools.RUN:
            pools.Pool.__init__(pool, pool._processes, pool._initializer, pool._initargs, pool._maxtasksperchild, pool._ctx)
    for name in ("joblib.externals.loky.reusable_executor", "loky.reusable_executor"):
        module: Any = sys.modules.get(name)
        if module is not None:
            module._executor = None


def _process_pool(processes: Any, pool: Any) -> None:
    per_child = getattr(pool, "_max_tasks_per_child", None)
    limits = {} if per_child is None else {"max_tasks_per_child": per_child}
    processes.ProcessPoolExecutor.__init__(pool, pool._max_workers, pool._mp_context, pool._initializer, pool._initargs, **limits)
