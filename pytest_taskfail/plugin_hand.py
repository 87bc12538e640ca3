"""Faults placed by hand: the fixture `taskfail`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pytest

from . import adapters, checks
from .errors import PlanError, UnfiredFault
from .explore.eligible import Eligible
from .explore.menu import Menu
from .explore.results import Report
from .explore.surroundings import under_control
from .laws import lines_of
from .model.faults import KINDS, Fault, Kill, Pickle, Raise
from .model.plans import Injection, Plan
from .model.points import Point, Selector, near_names
from .model.schedules import Schedule
from .model.traces import Trace
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


class TaskFail:
    """What the fixture `taskfail` gives.

    In a test that asks for it the whole test function is one controlled experiment. With Hypothesis use `experiment` inside
    of the test, once for each example.
    """

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
        if at.kind not in _LEGAL[fault.kind]:
            legal = ", ".join(_LEGAL[fault.kind])
            raise PlanError(f"'{fault}' cannot happen at {at}: it can at the kinds {legal}")
        if isinstance(fault, Raise) and fault.after and at.kind != "call":
            raise PlanError(f"'{fault}' cannot happen at {at}: only a call can fail after its effect")
        hand.explicit = True
        hand.experiment.inject(Injection(fault, at))

    def wrap(self, thing: Any) -> Any:
        """Puts an executor under control: what is submitted to it are tasks with points.

        Args:
            thing: an executor of `concurrent.futures`, which is seen anyway, or any object with `submit`.

        Raises:
            PlanError: nothing is known of such an object.
        """
        return _current.wrap(thing) if _current is not None and _current.real else adapters.wrap(thing)

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
        outer = _current
        if outer is not None and outer.explicit:
            raise PlanError("an experiment is under way already; inject adds to its plan")
        files = outer.files if outer is not None else Sources(".")
        if outer is not None:
            outer.end(None)
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

    def assert_no_deadlock(self) -> None:
        """Nobody waits for something that will not come."""
        checks.assert_no_deadlock(self.trace)

    def assert_cleaned_up(self) -> None:
        """No lock is held by an ended task, and no thread is left."""
        checks.assert_cleaned_up(self.trace)

    def assert_surfaced(self) -> None:
        """Somebody has seen every injected exception."""
        checks.assert_surfaced(self.trace)

    def assert_cancelled(self, role: str) -> None:
        """After the first failure no pending task of this role went on: it was cancelled."""
        checks.assert_cancelled(self.trace, role)

    def assert_order(self, steps: Sequence[str | set[str]]) -> None:
        """These steps came in this order; those of a set in any order."""
        checks.assert_order(self.trace, steps)


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
