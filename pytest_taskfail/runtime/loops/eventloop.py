"""An asyncio loop under control: it stays on its thread, waits in the scheduler and lives in virtual time.

Any loop of asyncio's own kind works, also one made before the experiment or of a class of the user's: what is replaced are
methods of the base class, and, while it runs, its selector. A loop with a clock of its own would report false deadlocks as
soon as a worker thread wakes it; here threads and loops share one clock and one test for deadlock. The order in which asyncio
runs what is ready is its contract and stays.
"""

from __future__ import annotations

import functools
import sys
from asyncio import base_events, selector_events
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import control, real, wires
from ..carriers import EXPIRED, FREED, Carrier
from . import asynclocks, callbacks, limits, looptasks

if TYPE_CHECKING:
    from ..experiment import Experiment

BUSY_FREE = 500
"""Turns of a loop in a row that cost no time; a loop that polls must end."""

STALLS_MAX = 3
"""Of so many timers a loop may be late at once, by a schedule."""

STALL_SECONDS = 1.0
"""How late it may be."""


def arm(put: Callable[[Any, str, Any], None]) -> None:
    """Replaces the methods, with the caller's `put`, which knows how to undo it."""
    base = base_events.BaseEventLoop
    put(base, "run_forever", _run_forever(base.run_forever))
    put(base, "time", _time(base.time))
    put(base, "create_task", looptasks.create_task(base.create_task))
    put(base, "call_at", limits.call_at(base.call_at))
    put(base, "call_soon", callbacks.call_soon(base.call_soon))
    asynclocks.arm(put)
    write = selector_events.BaseSelectorEventLoop._write_to_self  # type: ignore[attr-defined]
    put(selector_events.BaseSelectorEventLoop, "_write_to_self", _write_to_self(write))


class LoopSelector:
    """Stands for the selector of a loop while that runs under control.

    Args:
        loop: the loop.
        stock: its own selector, which knows the real files.
    """

    def __init__(self, loop: Any, stock: Any) -> None:
        self.loop = loop
        self.stock = stock
        self.home = control.active
        self.waiters: list[Carrier] | None = None
        self.owner: Any = None
        self.signalled = self.lingers = False
        self.busy = 0
        self.at_rest: list[Callable[[], bool]] = []
        self.wires = wires.Wires(stock, loop)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stock, name)

    def register(self, *args: Any) -> Any:
        self.wires.changed = True
        return self.stock.register(*args)

    def unregister(self, *args: Any) -> Any:
        self.wires.changed = True
        return self.stock.unregister(*args)

    def select(self, timeout: float | None = None) -> list[Any]:
        """Waits in virtual time for a file, a timer or another thread."""
        experiment = control.active
        me = None if experiment is None else experiment.scheduler.by_ident.get(real.get_ident())
        if experiment is None or me is None:
            return self.stock.select(timeout)  # type: ignore[no-any-return]
        experiment.scheduler.regain()
        events = self.ready()
        if events or self.signalled or (timeout is not None and timeout <= 0):
            self.signalled = False
            self._turn(experiment, me)
            return events
        if self.lingers:
            self.loop.stop()
            return []
        if self.at_rest:
            if experiment.scheduler.block(me, self, experiment.scheduler.clock.now) is EXPIRED:
                self._strike()
                return []
            self.signalled = False
            return self.ready()
        self.busy = 0
        deadline = None if timeout is None else experiment.scheduler.clock.deadline(timeout)
        stalled = self._stall(experiment, me)
        if stalled is None:
            outcome = experiment.scheduler.block(me, self, deadline)
        else:
            outcome = experiment.scheduler.block(me, None, stalled)
        if outcome is FREED:
            return self.stock.select(timeout)  # type: ignore[no-any-return]
        self.signalled = False
        return self.ready()

    def _strike(self) -> None:
        """Everybody waits: what was to happen then happens."""
        acts, self.at_rest = self.at_rest, []
        for act in acts:
            act()

    def ready(self) -> list[Any]:
        """The files that can be read or written now, in an order that does not depend on the system."""
        if self.wires.none:
            return []
        return sorted(self.stock.select(0), key=lambda event: event[0].fd)

    def _turn(self, experiment: Experiment, me: Carrier) -> None:
        """A turn of the loop that does not wait: others may run; after very many of them time passes."""
        self.busy += 1
        if self.busy <= BUSY_FREE:
            experiment.scheduler.point(me)
        else:
            seconds = min(1e-6 * 2 ** min(self.busy - BUSY_FREE, 20), 1e-3)
            experiment.scheduler.block(me, None, experiment.scheduler.clock.deadline(seconds))

    def _stall(self, experiment: Experiment, me: Carrier) -> float | None:
        """Until when the loop is held up, if the schedule says so: several timers are due at once then, in their order."""
        if _has_own_clock(self.loop):
            return None
        chooser = experiment.scheduler.chooser
        timers = sorted({round(timer.when(), 6) for timer in self.loop._scheduled if not timer.cancelled()})
        later = [when for when in timers[1 : 1 + STALLS_MAX] if when - timers[0] <= STALL_SECONDS]
        if not later:
            return None
        names = (me.id, *(f"{me.id}!{number}" for number in range(1, len(later) + 1)))
        chosen = chooser.pick(names, preempts=True)
        if not chosen:
            return None
        when: float = later[chosen - 1]
        return when - experiment.scheduler.clock.monotonic_base


def _run_forever(stock: Any) -> Any:
    @functools.wraps(stock)
    def run_forever(self: Any) -> None:
        experiment, me = control.active, control.carrier()
        selector = getattr(self, "_selector", None)
        if experiment is None or me is None or selector is None or isinstance(selector, LoopSelector):
            return stock(self)  # type: ignore[no-any-return]
        self._selector = LoopSelector(self, selector)
        foreign = not isinstance(self, selector_events.BaseSelectorEventLoop)
        if foreign:  # a loop of the user's, which may not even need to be woken
            self._write_to_self = _write_to_self(type(self)._write_to_self).__get__(self)
        profile = sys.getprofile()
        if experiment.watch_thread is not None:
            experiment.watch_thread()  # 3.11 sees calls thread by thread, and that of the test is not watched otherwise
        try:
            stock(self)
            if experiment.linger and looptasks.what_is_left(experiment, self):
                _linger(self, stock)
        finally:
            sys.setprofile(profile)
            self._selector = selector
            if foreign:
                del self._write_to_self
            if not experiment.scheduler.aborting:
                looptasks.loop_returned(experiment, self)

    return run_forever


def _has_own_clock(loop: Any) -> bool:
    """Whether the class of a loop, as tests make them, has a time of its own, which passes by itself."""
    return type(loop).time is not base_events.BaseEventLoop.time


def _linger(loop: Any, stock: Any) -> None:
    """Lets the loop go on until it would wait: a task that is about to end is not one that was left behind."""
    loop._selector.lingers = True
    stock(loop)
    loop._selector.lingers = False


def _time(stock: Any) -> Any:
    @functools.wraps(stock)
    def time(self: Any) -> float:
        experiment = control.active
        if experiment is None or real.get_ident() not in experiment.scheduler.by_ident:
            return stock(self)  # type: ignore[no-any-return]
        return experiment.scheduler.clock.monotonic()

    return time


def _write_to_self(stock: Any) -> Any:
    @functools.wraps(stock)
    def write_to_self(self: Any) -> None:
        selector = getattr(self, "_selector", None)
        experiment = control.active
        if experiment is None or not isinstance(selector, LoopSelector):
            return stock(self)  # type: ignore[no-any-return]
        experiment.scheduler.regain()
        selector.signalled = True
        if selector.waiters:
            experiment.scheduler.wake(selector)

    return write_to_self
