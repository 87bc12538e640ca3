"""The clocks and `sleep` of `time`, and `datetime.now` and its like: virtual for threads under control."""

from __future__ import annotations

import datetime
import gc
import sys
from collections.abc import Callable
from typing import Any

from . import control, real

REAL_TIME = frozenset(
    "subprocess selectors select socket socketserver multiprocessing asyncio ssl http urllib pytest _pytest pluggy xdist "
    "execnet coverage hypothesis pytest_timeout pytest_benchmark".split()
)
"""Top-level modules that live in real time: they wait for the operating system, or they measure us."""


def _virtual(frame: Any) -> Any:
    """The thread under control that looks at the clock, unless it does so for a module that lives in real time."""
    experiment = control.active
    if experiment is None:
        return None
    me = experiment.scheduler.by_ident.get(real.get_ident())
    if me is None or frame.f_globals.get("__name__", "").partition(".")[0] in REAL_TIME:
        return None
    experiment.spin(me)
    return me


def machinery_monotonic() -> float:
    experiment = control.active
    if experiment is None or real.get_ident() not in experiment.scheduler.by_ident:
        return real.monotonic()
    return experiment.scheduler.clock.monotonic()


def monotonic() -> float:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.monotonic()
    return control.active.scheduler.clock.monotonic()


def perf_counter() -> float:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.perf_counter()
    return control.active.scheduler.clock.perf_counter()


def wall() -> float:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.wall()
    return control.active.scheduler.clock.wall()


def monotonic_ns() -> int:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.monotonic_ns()
    return int(control.active.scheduler.clock.monotonic() * 1e9)


def perf_counter_ns() -> int:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.perf_counter_ns()
    return int(control.active.scheduler.clock.perf_counter() * 1e9)


def wall_ns() -> int:
    if control.active is None or _virtual(sys._getframe(1)) is None:
        return real.wall_ns()
    return int(control.active.scheduler.clock.wall() * 1e9)


def sleep(seconds: float, /) -> None:
    experiment = control.active
    if experiment is None:
        return real.sleep(seconds)
    me = experiment.scheduler.by_ident.get(real.get_ident())
    if me is None:
        return real.sleep(seconds)
    if sys._getframe(1).f_globals.get("__name__", "").partition(".")[0] in REAL_TIME:
        experiment.scheduler.go_outside(me, "sleeps in real time")
        try:
            return real.sleep(seconds)
        finally:
            experiment.scheduler.come_back(me)
    return experiment.sleep(me, seconds)


for _function, _stock in ((sleep, "sleep"), (monotonic, "monotonic"), (perf_counter, "perf_counter"), (wall, "time")):
    _function.__name__ = _function.__qualname__ = _stock
    _function.__module__ = "time"  # plugins print which clock they use
for _function, _stock in ((monotonic_ns, "monotonic_ns"), (perf_counter_ns, "perf_counter_ns"), (wall_ns, "time_ns")):
    _function.__name__ = _function.__qualname__ = _stock
    _function.__module__ = "time"  # plugins print which clock they use

CLOCKS: dict[str, Any] = {
    "sleep": sleep,
    "monotonic": monotonic,
    "perf_counter": perf_counter,
    "time": wall,
    "monotonic_ns": monotonic_ns,
    "perf_counter_ns": perf_counter_ns,
    "time_ns": wall_ns,
}
BY_REAL: dict[str, Any] = {
    "sleep": sleep,
    "monotonic": monotonic,
    "perf_counter": perf_counter,
    "wall": wall,
    "monotonic_ns": monotonic_ns,
    "perf_counter_ns": perf_counter_ns,
    "wall_ns": wall_ns,
}


def arm_datetime(undo: list[Callable[[], None]]) -> None:
    """`datetime.now` and its like follow the virtual clock too; its C type can be reached only through its dictionary."""
    import ctypes

    for kind, names in ((datetime.datetime, ("now", "utcnow", "today")), (datetime.date, ("today",))):
        space = next((d for d in gc.get_referents(kind.__dict__) if isinstance(d, dict)), None)
        if space is None or any(name not in space and name != "today" for name in names):
            continue
        before = {name: space.get(name) for name in names}

        def put(space: Any = space, kind: Any = kind, values: Any = None) -> None:
            for name, value in values.items():
                if value is None:
                    space.pop(name, None)
                else:
                    space[name] = value
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

        put(values={name: classmethod(_DATES[kind, name](getattr(kind, name))) for name in names})
        undo.append(lambda put=put, before=before: put(values=before))  # type: ignore[misc]


def _date_now(stock: Any) -> Any:
    kind = stock.__self__

    def now(cls: Any, tz: Any = None) -> Any:
        if _virtual(sys._getframe(1)) is None:
            return (
                stock(tz)
                if cls is kind
                else stock.__func__(cls, tz)
                if hasattr(stock, "__func__")
                else cls.fromtimestamp(real.wall(), tz)
            )
        return cls.fromtimestamp(control.active.scheduler.clock.wall(), tz)  # type: ignore[union-attr]

    return now


def _date_utcnow(stock: Any) -> Any:
    def utcnow(cls: Any) -> Any:
        seconds = real.wall() if _virtual(sys._getframe(1)) is None else control.active.scheduler.clock.wall()  # type: ignore[union-attr]
        return cls.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)

    return utcnow


def _date_today(stock: Any) -> Any:
    def today(cls: Any) -> Any:
        seconds = real.wall() if _virtual(sys._getframe(1)) is None else control.active.scheduler.clock.wall()  # type: ignore[union-attr]
        return cls.fromtimestamp(seconds)

    return today


_DATES: dict[tuple[type, str], Any] = {
    (datetime.datetime, "now"): _date_now,
    (datetime.datetime, "utcnow"): _date_utcnow,
    (datetime.datetime, "today"): _date_today,
    (datetime.date, "today"): _date_today,
}
