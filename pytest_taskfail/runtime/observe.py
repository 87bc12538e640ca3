"""Notes, outside of every experiment, what a test starts: what starts nothing is left alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from . import importable

counts = {"threads": 0, "loops": 0, "processes": 0, "trio": 0, "uvloop": 0, "experiments": 0}
_watched: set[str] = set()

before_processes: Callable[[], None] | None = None
"""Called in the thread that is about to start a process, or to submit to others; what it raises is raised there."""


def note(what: str) -> None:
    """Counts one thread, loop or process that has been started."""
    counts[what] += 1


def watch_modules(put: Callable[[Any, str, Any], None]) -> set[str]:
    """Watches event loops and processes, once their modules have been imported; what is counted from now on."""
    new = set()
    for module, owner, name, what in (
        ("asyncio.base_events", "BaseEventLoop", "run_forever", "loops"),
        ("multiprocessing.process", "BaseProcess", "start", "processes"),
        ("trio._core._run", "", "setup_runner", "trio"),
        ("uvloop", "Loop", "run_forever", "uvloop"),
        ("concurrent.futures.process", "ProcessPoolExecutor", "submit", "processes"),  # one made before starts no process
        ("multiprocessing.pool", "Pool", "_check_running", "processes"),
        ("joblib.externals.loky.process_executor", "ProcessPoolExecutor", "submit", "processes"),
        ("loky.process_executor", "ProcessPoolExecutor", "submit", "processes"),
    ):
        loaded = sys.modules.get(module)
        if loaded is None or module in _watched:
            continue
        _watched.add(module)
        new.add(what)
        if what == "processes":
            importable.watch(put)
            counts[what] += len(getattr(loaded, "_children", ()))  # started while nobody watched
        place = getattr(loaded, owner) if owner else loaded
        if hasattr(place, name):
            put(place, name, _counting(getattr(place, name), what))
    return new


def forget() -> None:
    """The watches have been taken away."""
    _watched.clear()
    importable.forget()


def _counting(function: Any, what: str) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        counts[what] += 1
        if what == "processes" and before_processes is not None:
            before_processes()
        return function(*args, **kwargs)

    call.__name__, call.__qualname__, call.__doc__ = function.__name__, function.__qualname__, function.__doc__
    return call
