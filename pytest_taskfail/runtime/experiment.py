"""The Experiment: runs the code once under a Plan and a Schedule and writes the Trace. The one object with state.

`reach` numbers a point, looks up the fault and notes it; whoever called it then acts, outside of every lock of ours.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..model.custom import Custom
from ..model.faults import Expire, Fault, Raise
from ..model.plans import Injection, Plan
from ..model.points import TEST, Point
from ..model.schedules import Schedule
from ..model.traces import Place, Trace
from . import control, effects, exceptions, holding, kept, leftovers, lock_circles, own_signals, real, strangers, tracing
from .carriers import EXPIRED, WOKEN, Carrier
from .menus import AT_RELEASES, Menu
from .reading import sources
from .reading.sources import Sources
from .scheduler import Scheduler
from .tasks import Op, Task

STEPS_MAX = 200_000
"""Operations after which a run counts as endless."""

DRAIN_SECONDS = 60.0
"""Virtual time that threads are given to end after the test."""

SPINS_FREE = 50
"""Looks in a row at a clock, a flag or a queue that a thread has before time passes for it: a loop that polls must end."""

LOOKS_FREE = 5000
"""Looks with other steps between them; a thread that stamps many records is not slow."""

REPEATS_MAX = 50
"""How often a persistent fault strikes before the world is well again: code that retries for ever is not wrong."""


class Experiment:
    """One run.

    Args:
        plan: the faults to inject.
        schedule: the deviations from run-to-block.
        files: whose code is whose.
        menu: what may go wrong at a point; without it points are counted but not described.
        probe: whether calls are points in this run.
        seed: for `random`, so that every experiment starts alike.
        linger: whether tasks of an event loop get time to end after what it ran for.
    """

    takes_back_points = True
    """Whether a point may turn out to be none when what was called there returns."""

    holding = holding
    """Found by way of the experiment: locks are loaded in every run of pytest, and what an experiment does with them is not."""

    def __init__(
        self,
        files: Sources,
        plan: Plan = Plan(),
        schedule: Schedule = Schedule(),
        *,
        menu: Menu | None = None,
        probe: bool = True,
        record: bool = True,
        strict: bool = False,
        seed: int = 0,
        linger: bool = False,
    ) -> None:
        self.files = files
        self.plan = plan
        self.menu = menu
        self.probe = probe
        self.record = record
        self.strict = strict
        self.seed = seed
        self.linger = linger
        self.scheduler = Scheduler(dict(schedule.deviations), STEPS_MAX, record, self._stopped)
        self.scheduler.strangers = leftovers.strangers
        self.scheduler.outlives = leftovers.outlives
        self.test = Task(TEST)
        self.scheduler.main.task = self.scheduler.main.own_task = self.test
        self.tasks = [self.test]
        self.pending: dict[str, list[Injection]] = {}
        self.always: dict[tuple[str, str], list[Any]] = {}
        for injection in plan.injections:
            self.inject(injection)
        asked = "signal" in self.pending or (menu is not None and menu.kinds & AT_RELEASES)
        self.on_release = strangers.release if asked else None
        self.fired: list[tuple[Injection, Point, Place, BaseException | None, int]] = []
        self.reached: dict[Point, tuple[Place, str, tuple[Fault, ...]]] = {}
        self.events: list[tuple[str, str, str, Any, float, str]] = []
        self.errors: list[tuple[Task, BaseException]] = []
        self.doubts: dict[str, None] = {}
        self.swallowed: list[Any] = []
        self.orphans: list[Any] = []
        self.searching = False
        self.joined: dict[tuple[str, str], None] = {}
        self.lines: dict[tuple[str, str, int], list[tuple[str, Any]]] = {}
        self.left: dict[int, list[Any]] = {}
        self.waits: tuple[Any, ...] = ()
        self.stacks: tuple[str, ...] = ()
        self.permits: dict[Any, list[Any]] = {}
        self.promises: list[own_signals.Promise] = []
        self.signal_missing = False
        self.read: set[int] = set()
        self.given_up: set[int] = set()
        self.trails: dict[int, list[Any]] = {}
        self.ops_last: dict[str, tuple[int, int]] = {}
        self.wanted_after: dict[int, tuple[Injection | None, Point, FrameType]] = {}
        self.wanted_reply: dict[int, tuple[Injection | None, Point, FrameType, Any]] = {}
        self.last_point: Point | None = None
        self.watch_thread: Callable[[], None] | None = None
        self.ordinals = 0
        self.workers: list[tuple[Any, Any]] = []
        self.made: dict[tuple[str, int], int] = {}
        self._gc_was_on = False

    # ------------------------------------------------------------------ begin and end

    def begin(self) -> None:
        """Takes control of the calling thread; what it starts from now on is under control too."""
        if control.active is not None:
            raise RuntimeError("an experiment is under way in this process already")
        random.seed(self.seed)
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random is not None:
            numpy_random.seed(self.seed)
        self._gc_was_on = gc.isenabled()
        gc.disable()
        self.scheduler.main.ident = real.get_ident()
        control.active = self

    def end(self, error: BaseException | None = None) -> Trace:
        """Lets the other threads run out, gives up control and says what was seen.

        Args:
            error: what came out of the test.
        """
        scheduler = self.scheduler
        holdings: tuple[Any, ...] = ()
        alive: tuple[Any, ...] = ()
        try:
            if not scheduler.stopped:
                scheduler.drain(scheduler.main, DRAIN_SECONDS)
            if not scheduler.stopped:
                holdings, alive = leftovers.holdings(self), leftovers.alive(self, error)
                self.waits = lock_circles.waits(self) if alive else ()
            leftovers.free(self)
            scheduler.abort(scheduler.main)
        except BaseException as late:
            if scheduler.interrupt is not None or isinstance(late, KeyboardInterrupt):
                raise
        finally:
            control.active = None
            leftovers.settle(self)
            if any(task.coroutine is not None for task in self.tasks):
                from .loops import looptasks

                looptasks.look_away(self)
            trace = tracing.trace(self, error, holdings, alive)
            leftovers.cut_cycles(self)
            if self._gc_was_on:
                gc.enable()
        return trace

    def inject(self, injection: Injection) -> None:
        """Adds a fault to the plan."""
        self.pending.setdefault(injection.at.kind, []).append(injection)

    def unfired(self) -> list[Injection]:
        """The planned faults that have not happened."""
        fired = {id(entry[0]) for entry in self.fired}
        return [i for waiting in self.pending.values() for i in waiting if id(i) not in fired]

    # ------------------------------------------------------------------ points

    def reach(
        self, me: Carrier, kind: str, name: str, frame: FrameType, subject: Any = None, place: Place | None = None
    ) -> Fault | None:
        """Numbers a point, notes it, and returns the fault that is planned there."""
        task: Task = me.task
        nth, fault = task.hit(kind, name), None
        if self.fired or self.wanted_after or self.wanted_reply:
            kept.let_go(self)
        if self.menu is None and kind not in self.pending and not self.always:
            return None
        point = self.last_point = Point(kind, name, task.path, nth)
        if kind in self.pending or self.always:
            fault = self._planned(point, place or self.files.place_of(frame))
            if isinstance(fault, Custom):
                fault = effects.happen(self, me, fault, point)
            if fault is not None:
                self.promises += own_signals.promised(self, task, frame, subject)
        if self.menu is not None and fault is None:
            why, faults = self.menu(self, me, kind, name, frame, subject)
            if faults:
                self.reached[point] = (place or self.files.place_of(frame), why, faults)
        return fault

    def replies_get_lost(self, point: Point, after: tuple[Fault, ...]) -> None:
        """The call at this point may also fail after its effect."""
        place, why, faults = self.reached[point]
        self.reached[point] = (place, why, (*faults, *after))

    def _planned(self, point: Point, place: Place) -> Fault | None:
        lasting = self.always.get((point.kind, point.name))
        if lasting is not None and lasting[1] > 0:
            lasting[1] -= 1
            self._fire(lasting[0], point, place)
            return lasting[0].fault  # type: ignore[no-any-return]
        waiting = self.pending.get(point.kind, ())
        for injection in waiting:
            if injection.applies(point):
                self.pending[point.kind].remove(injection)
                if isinstance(injection.fault, Raise) and injection.fault.always:
                    self.always[point.kind, point.name] = [injection, REPEATS_MAX]
                self._fire(injection, point, place)
                return injection.fault
        return None

    def _fire(self, injection: Injection, point: Point, place: Place) -> None:
        self.fired.append((injection, point, place, None, self.scheduler.chooser.count))
        at = (place.file, place.line, place.function) if place.file else None
        self.events.append((point.task, "fault", str(injection.fault), at, self.scheduler.clock.now, f"@ {point}"))

    def raised(self, fault: Raise) -> BaseException:
        """The exception of the fault that fired last."""
        error = exceptions.make(fault.exception)
        if error is None:
            raise TypeError(f"{fault.exception!r} cannot be made from a message; inject an instance instead of the type")
        injection, point, place, _, choice = self.fired[-1]
        self.fired[-1] = (injection, point, place, error, choice)
        return error

    def take_back(self) -> None:
        """What fired last cannot happen there after all."""
        injection = self.fired.pop()[0]
        self.pending[injection.at.kind].append(injection)
        del self.events[max(number for number, event in enumerate(self.events) if event[1] == "fault")]

    def cancelled_first(self, error: BaseException) -> None:
        """What was to be raised at an await is not: a cancellation came before what was awaited. The fault counts as tried."""

    def event(self, task: str, kind: str, name: str, frame: FrameType | None = None, note: str = "") -> None:
        """Notes what a task did."""
        if self.record:
            at = None if frame is None else (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)
            self.events.append((task, kind, name, at, self.scheduler.clock.now, note))

    def doubt(self, why: str) -> None:
        """Notes why this run is not under full control."""
        self.doubts.setdefault(why)

    # ------------------------------------------------------------------ where we are

    def locate(self, frame: FrameType | None) -> tuple[str, FrameType | None]:
        """The standard library's function that the user called, and the user's frame; none for what runs by itself."""
        layers, outer = self.files.layers, None
        while frame is not None:
            code = frame.f_code
            layer = layers[code.co_filename]
            if layer is sources.MACHINERY:
                if code.co_name == "_run_once":
                    return "", None  # an event loop calls it by itself
                outer = code
            elif layer is not sources.INSIDE:
                return "" if outer is None else outer.co_qualname, frame if layer is sources.WATCHED else None
            frame = frame.f_back
        return "", None

    def in_test_body(self, me: Carrier, frame: FrameType) -> bool:
        """Whether the frame is the test function or a fixture itself, not code called by it."""
        task = me.task.within or me.task
        if task is not self.test:
            return task.coroutine is not None and task.coroutine.is_test_body(frame, frame.f_back)
        back = frame.f_back
        called_by = sources.TOOL if back is None else self.files.kind(back.f_code.co_filename)
        if called_by == sources.MACHINERY:  # by an event loop: a test, or a callback that may be production code
            return self.files.kind(frame.f_code.co_filename) == sources.TEST
        return called_by in (sources.TOOL, sources.STDLIB)

    def loops_over(self, coroutine: Any) -> bool:
        """Whether what the loop of a coroutine ran for has ended: its remaining tasks are being cleared away."""
        loop = coroutine.asyncio_task and coroutine.asyncio_task.get_loop()
        return id(loop) in self.left

    def stands_in_line(self, point: Point) -> bool:
        """Whether several tasks of this role have waited for the same thing at this await."""
        lines = [waiting for (role, name, _), waiting in self.lines.items() if (role, name) == (point.role, point.name)]
        return any(len({path for path, _ in waiting}) > 1 for waiting in lines)

    def is_users(self, frame: FrameType) -> bool:
        """Whether a frame is the user's own, not a library's."""
        return self.files.kind(frame.f_code.co_filename) in (sources.USER, sources.TEST)

    # ------------------------------------------------------------------ waiting

    def spin(self, me: Carrier) -> None:
        """A look at something that does not change by looking: a loop of them lets time pass, so that it can end."""
        me.idle_reads += 1
        me.looks += 1
        spins = max(me.idle_reads - SPINS_FREE, me.looks - LOOKS_FREE)
        if spins > 0:
            seconds = min(1e-6 * 2 ** min(spins, 20), 1e-3)
            self.scheduler.block(me, None, self.scheduler.clock.deadline(seconds))

    def wait(self, me: Carrier, on: Any, deadline: float | None) -> str:
        """Blocks a thread under control; a time limit of the user's is a point where it may run out."""
        op: Op | None = me.op
        started: Place | None = None
        if deadline is not None and op is None and isinstance(me.thread, threading.Timer):
            me.op = op = Op(f"Timer@{me.own_task.role.rpartition('/')[2]}", sys._getframe(), True)
            started = self.files.place(*me.own_task.started_at) if me.own_task.started_at else None
        if deadline is not None and op is not None and op.expirable:
            op.expirable, me.expirable = False, True
            fault = self.reach(me, "timer", op.name, op.user, None, started)
            if isinstance(fault, Expire):
                me.expirable = False
                if fault.late and self.scheduler.block(me, on, deadline) is not WOKEN:
                    return EXPIRED
                self.scheduler.expire(me, deadline)
                return EXPIRED
        return self.scheduler.block(me, on, deadline)

    def sleep(self, me: Carrier, seconds: float) -> None:
        """`time.sleep` in virtual time; a thread that sleeps for no time again and again lets it pass all the same."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds > 1e-3:
            me.idle_reads = me.looks = 0
        else:
            me.idle_reads += 1
            seconds = max(seconds, min(1e-6 * 2 ** min(me.idle_reads, 20), 0.01))
        self.event(me.task.path, "sleep", f"{seconds:g} s", self.locate(sys._getframe(1))[1])
        self.scheduler.block(me, None, self.scheduler.clock.deadline(seconds))

    def next_ordinal(self) -> int:
        """A number for a thread or future: those made later have higher ones."""
        self.ordinals += 1
        return self.ordinals

    def _stopped(self, why: str) -> None:
        self.waits, self.stacks = leftovers.stand_still(self, why)
        self.signal_missing = own_signals.is_missing(self)
