"""Time limits of coroutines: `wait_for`, `timeout`, `wait`, `move_on_after` are points where the time may run out."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.faults import Expire
from .. import control, real
from ..reading import sources
from ..reading.sources import short_name
from . import callbacks

if TYPE_CHECKING:
    from ..experiment import Experiment

_LIMITS = re.compile(r"(?:^|\.)(?:wait_for|_?wait|as_completed|_AsCompletedIterator\.\w+|Timeout\.\w+|CancelScope\.\w+)$")
"""The functions that set a timer for a limit, not for a rest; those of anyio and async-timeout have the same names."""

_NAMES = {"Timeout": "timeout", "_wait": "wait", "_AsCompletedIterator": "as_completed"}


def call_at(stock: Any) -> Any:
    """`loop.call_at`, which all timers go through."""

    @functools.wraps(stock)
    def dispatch(self: Any, when: float, callback: Callable[..., Any], *args: Any, context: Any = None) -> Any:
        callback = callbacks.as_task(callback)
        experiment = control.active
        me = None if experiment is None else experiment.scheduler.by_ident.get(real.get_ident())
        if experiment is None or me is None or me.task.coroutine is None:
            return stock(self, when, callback, *args, context=context)
        name, frame = _limit(experiment, sys._getframe(1))
        if frame is None or experiment.in_test_body(me, frame):
            return stock(self, when, callback, *args, context=context)
        fault = experiment.reach(me, "timer", f"{name}@{short_name(frame.f_code.co_qualname)}", frame)
        if not isinstance(fault, Expire):
            return stock(self, when, callback, *args, context=context)
        if fault.late:
            handle = stock(self, when, callback, *args, context=context)
            me.task.coroutine.late = functools.partial(_run_out, experiment, self, handle, callback, args)
            return handle
        now = self.time()
        _pass(experiment, when)
        return stock(self, now, callback, *args, context=context)

    return dispatch


def _run_out(experiment: Experiment, loop: Any, handle: Any, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
    if not handle.cancelled() and loop.time() < handle.when():  # else it has run out by itself
        handle.cancel()
        _pass(experiment, handle.when())
        callback(*args)


def _pass(experiment: Experiment, when: float) -> None:
    clock = experiment.scheduler.clock
    clock.jump(when - clock.monotonic_base)


def _limit(experiment: Experiment, frame: FrameType | None) -> tuple[str, FrameType | None]:
    """What sets a limit, and the user's frame; none for other timers."""
    name = ""
    while frame is not None:
        kind = experiment.files.kind(frame.f_code.co_filename)
        qualname = frame.f_code.co_qualname
        if kind in (sources.USER, sources.TEST) or (kind == sources.LIBRARY and name and not _LIMITS.search(qualname)):
            return name, frame if name else None
        if _LIMITS.search(qualname):
            outer = short_name(qualname).partition(".")[0]
            name = _NAMES.get(outer, outer)
        elif kind == sources.LIBRARY and not name and not qualname.startswith("CancelScope."):
            return "", None
        frame = frame.f_back
    return "", None
