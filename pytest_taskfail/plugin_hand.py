"""Faults placed by hand: the fixture `taskfail`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import pytest

from . import adapters
from .errors import PlanError, UnfiredFault
from .explore.eligible import Eligible
from .explore.menu import Menu
from .explore.results import Report
from .explore.surroundings import under_control
from .laws import lines_of
from .model.custom import Custom
from .model.faults import KINDS, Fault, Kill, Pickle, Raise
from .model.plans import Injection, Plan
from .model.points import Point, Selector, near_names
from .model.schedules import Schedule
from .model.traces import Trace
from .plugin_checks import Checks
from .runtime import leftovers, tracing
from .runtime.calls import CallProbe
from .runtime.carriers import Abort
from .runtime.experiment import DRAIN_SECONDS, Experiment
from .runtime.sources import Sources

if TYPE_CHECKING:
    from .plugin_real import RealHand

LIMIT = 30.0

_LEGAL = {
    "raise": ("submit", "start", "call", "await", "end"),
    "cancel": ("start", "await"),
    "hold": ("acquire",),
    "timer": ("timer",),
    "drop": ("signal",),
    "duplicate": ("signal",),
    "delay": ("submit", "start", "end", "signal"),
    "twice": ("start",),
    "corrupt": ("end",),
}

_current: Hand | RealHand | None = None


RESTARTABLE: pytest.StashKey[bool] = pytest.StashKey()
"""Whether the test can begin again as a real experiment; false in one."""

NEEDS_REAL: pytest.StashKey[bool] = pytest.StashKey()


class NeedsReal(pytest.skip.Exception):  # type: ignore[name-defined, misc]
    """Ends a controlled run of a test that has asked for a fault of real processes: it begins again as a real experiment."""


class Hand:
    """One experiment whose plan is made while it runs."""

    real: Literal[False] = False

    def __init__(self, files: Sources, plan: Plan = Plan(), schedule: Schedule = Schedule()) -> None:
        self.files = files
        self.probe = CallProbe(files, Eligible(files, every=True))
        self.experiment = Experiment(files, plan, schedule, menu=Menu(frozenset(KINDS)))
        self.experiment.watch_thread = self.probe.watch_thread
        self.explicit = bool(plan)
        self.final: Trace | None = None
        self.unfired: UnfiredFault | None = None
        self.restartable = False
        self._stack = contextlib.ExitStack()

    def begin(self) -> None:
        self._stack.enter_context(under_control(LIMIT))
        self.probe.start()
        self._stack.callback(self.probe.stop)
        self.experiment.begin()

    def at_end(self, undo: Callable[[], None]) -> None:
        """Something to be put back when the experiment has ended."""
        self._stack.callback(undo)

    def end(self, error: BaseException | None) -> Trace:
        if self.final is None:
            with self._stack:
                self.final = self.experiment.end(error)
        return self.final

    def trace(self) -> Trace:
        """What has been seen so far; the other threads are let run out first."""
        if self.final is not None:
            return self.final
        experiment, scheduler = self.experiment, self.experiment.scheduler
        scheduler.drain(scheduler.main, DRAIN_SECONDS)
        return tracing.trace(experiment, None, leftovers.holdings(experiment), leftovers.alive(experiment))

    def never_fired(self) -> list[Injection]:
        """The planned faults that have not happened."""
        return self.experiment.unfired()

    def verify(self, trace: Trace) -> None:
        """Fails the test if the run was stopped or a planned fault never fired."""
        __tracebackhide__ = True
        if trace.stopped:
            law = trace.stopped.upper() if trace.stopped != "stalled" else "HANG"
            lines = [f"taskfail: {law}", *(f"  {line}" for line in lines_of(trace, list(trace.waits)))]
            raise pytest.fail.Exception("\n".join(lines), pytrace=False) from None
        unfired = self.experiment.unfired()
        if unfired:
            self.unfired = UnfiredFault(_unfired(unfired[0], [str(point) for point in self.experiment.reached]))
            raise self.unfired


def _unfired(injection: Injection, seen: list[str]) -> str:
    near = near_names(str(injection.at), seen)
    listed = "".join(f"\n    {name}" for name in near) if near else " none: no task was started"
    return f"the planned fault never fired: {injection}\n  points that were reached:{listed}"


class TaskFail(Checks):
    """What the fixture `taskfail` gives.

    In a test that asks for it the whole test function is one controlled experiment. With Hypothesis use `experiment` inside
    of the test, once for each example.
    """

    def __init__(self, adapters_of_plugins: Callable[[Any], Any] = lambda thing: None) -> None:
        self._adapters_of_plugins = adapters_of_plugins

    def inject(self, fault: Fault, at: str | Selector | Point) -> None:
        """Plans a fault from now on.

        Args:
            fault: what happens.
            at: where, for instance `start:fetch#2` (the third `fetch`), `call:Gateway.charge` or `call:charge#1 in pay#0`.

        Raises:
            PlanError: no such point, or a fault that cannot happen there.
        """
        hand = _need("inject")
        if isinstance(at, str):
            try:
                at = Selector.parse(at)
            except ValueError as error:
                raise PlanError(str(error)) from None
        if hand.real:
            return hand.inject(fault, at)
        if isinstance(fault, Kill | Pickle):
            from .plugin_real import refuse

            refuse(fault, hand.restartable)
            raise NeedsReal(f"'{fault}' needs a real experiment")
        try:
            legal = fault.known.kinds if isinstance(fault, Custom) else _LEGAL[fault.kind]
        except ValueError as error:
            raise PlanError(str(error)) from None
        if at.kind not in legal:
            raise PlanError(f"'{fault}' cannot happen at {at}: it can at the kinds {', '.join(legal)}")
        if isinstance(fault, Raise) and fault.after and at.kind != "call":
            raise PlanError(f"'{fault}' cannot happen at {at}: only a call can fail after its effect")
        hand.explicit = True
        hand.experiment.inject(Injection(fault, at))

    def wrap(self, thing: Any) -> Any:
        """Puts an executor under control: what is submitted to it are tasks with points.

        Args:
            thing: an executor of `concurrent.futures`, which is seen anyway, what a plugin has an adapter for, or any
                object with `submit`.

        Raises:
            PlanError: nothing is known of such an object.
        """
        if _current is not None and _current.real:
            return _current.wrap(thing)
        return adapters.wrap(thing, self._adapters_of_plugins)

    def observe(self, thing: Any, name: str = "") -> Any:
        """Notes what a library does with this thing until the experiment ends, for the assertion helpers.

        Args:
            thing: a function that tenacity retries, the module `stamina`, a breaker of pybreaker, an emitter of pyee, a signal
                of blinker.
            name: what it is called in the trace, if not by its own name.

        Returns:
            The same thing.

        Raises:
            PlanError: nothing is known of such a thing.
        """
        _need("observe").at_end(adapters.observe(thing, name))
        return thing

    @property
    def files(self) -> Sources:
        """Whose code is whose."""
        return _current.files if _current is not None else Sources(".")

    def leave(self, what: str) -> None:
        """Ends the experiment that the test itself is: what follows runs outside of it.

        Raises:
            PlanError: something has been planned or begun in it.
        """
        if _current is not None and _current.explicit:
            before = "" if what == "experiment" else f"taskfail.{what}: "
            raise PlanError(f"{before}an experiment is under way already; inject adds to its plan")
        if _current is not None:
            _current.end(None)

    @property
    def trace(self) -> Trace:
        """What has been seen so far, when the other threads have run out."""
        return _need("trace").trace()

    @contextlib.contextmanager
    def experiment(self, plan: Plan | str = Plan(), schedule: Schedule | str = Schedule()) -> Iterator[TaskFail]:
        """One controlled experiment under a plan; at its end every planned fault must have fired.

        Args:
            plan: the plan, or its text.
            schedule: the deviations from run-to-block, or their text.
        """
        global _current
        __tracebackhide__ = True
        outer, files = _current, self.files
        self.leave("experiment")
        try:
            plan = Plan.parse(plan) if isinstance(plan, str) else plan
            schedule = Schedule.parse(schedule) if isinstance(schedule, str) else schedule
        except ValueError as error:
            raise PlanError(str(error)) from None
        hand = _current = Hand(files, plan, schedule)
        hand.explicit = True
        try:
            with _running(hand):
                yield self
        finally:
            _current = outer


def _need(what: str) -> Hand | RealHand:
    if _current is None:
        raise PlanError(
            f"taskfail.{what} outside of an experiment; inside of a Hypothesis test use 'with taskfail.experiment(plan):'"
        )
    return _current


@contextlib.contextmanager
def _running(hand: Hand | RealHand) -> Iterator[None]:
    __tracebackhide__ = True
    error: BaseException | None = None
    hand.begin()
    try:
        yield
    except BaseException as caught:
        error = caught
    trace = hand.end(error)
    if error is None or isinstance(error, Abort) or trace.stopped:
        hand.verify(trace)
    if error is not None and not isinstance(error, Abort):
        for injection in hand.never_fired():
            error.add_note(f"taskfail: the planned fault never fired: {injection}")
        raise error


@contextlib.contextmanager
def placed_by_hand(item: pytest.Item, files: Sources) -> Iterator[None]:
    """Runs the test function as one experiment, unless Hypothesis calls it many times."""
    global _current
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        yield
        return
    hand = _current = _hand_for(item, files)
    unfired = ""
    try:
        with _running(hand):
            yield
    except NeedsReal:
        item.stash[NEEDS_REAL] = True
        raise
    except UnfiredFault as error:
        if error is not hand.unfired:
            raise
        unfired = f"{type(error).__name__}: {error}"
    finally:
        _current = None
    if unfired:
        pytest.fail(unfired, pytrace=False)


def _hand_for(item: pytest.Item, files: Sources) -> Hand | RealHand:
    if item.stash.get(NEEDS_REAL, False):
        from .plugin_real import RealHand

        return RealHand(files)
    hand = Hand(files)
    hand.restartable = item.stash.get(RESTARTABLE, False)
    return hand


__all__ = ["Hand", "Report", "TaskFail", "placed_by_hand"]
