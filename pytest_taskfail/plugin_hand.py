"""Faults placed by hand: the fixture `taskfail`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from . import adapters
from .errors import CheckFailed, PlanError
from .explore import legal
from .hand import STOPS, Hand, Terms, running
from .model.faults import Fault, Kill, Pickle
from .model.plans import Plan
from .model.points import Point, Selector
from .model.schedules import Schedule
from .model.traces import Trace
from .plugin_checks import Checks
from .runtime import control
from .runtime.reading.sources import Sources

if TYPE_CHECKING:
    from .plugin_real import RealHand

_current: Hand | RealHand | None = None


RESTARTABLE: pytest.StashKey[bool] = pytest.StashKey()
"""Whether the test can begin again as a real experiment; false in one."""

NEEDS_REAL: pytest.StashKey[bool] = pytest.StashKey()


class NeedsReal(pytest.skip.Exception):  # type: ignore[name-defined, misc]
    """Ends a controlled run of a test that has asked for a fault of real processes: it begins again as a real experiment."""


class TaskFail(Checks):
    """What the fixture `taskfail` gives.

    In a test that asks for it the whole test function is one controlled experiment. With Hypothesis use `experiment` inside
    of the test, once for each example.
    """

    def __init__(self, adapters_of_plugins: Callable[[Any], Any] = lambda thing: None) -> None:
        self._adapters_of_plugins = adapters_of_plugins

    def inject(self, fault: Fault | str, at: str | Selector | Point = "") -> None:
        """Plans a fault from now on.

        Args:
            fault: what happens, or its text; that may name the place, too, as in a replay line.
            at: where, for instance `start:fetch#2` (the third `fetch`), `call:Gateway.charge` or `call:charge#1 in pay#0`.

        Raises:
            PlanError: no such point, or a fault that cannot happen there.
        """
        hand, injection = _need("inject"), legal.read(fault, at)
        if hand.real:
            return hand.inject(injection.fault, injection.at)
        if isinstance(injection.fault, Kill | Pickle):
            from .plugin_real import refuse

            refuse(injection.fault, hand.restartable)
            raise NeedsReal(f"'{injection.fault}' needs a real experiment")
        legal.check(injection.fault, injection.at)
        hand.explicit = True
        hand.experiment.inject(injection)

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
        return _current.files if _current is not None else control.files()

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
    def experiment(
        self,
        plan: Plan | str = Plan(),
        schedule: Schedule | str = Schedule(),
        *,
        unfired: str = "error",
        laws: str = "all",
        may_surface: bool = False,
    ) -> Iterator[TaskFail]:
        """One controlled experiment under a plan. At its end the universal laws are judged: nobody waits for ever, and what was
        begun inside has ended. There is no fault-free run to compare with; what is to end belongs inside of the `with`.

        Args:
            plan: the plan, or its text.
            schedule: the deviations from run-to-block, or their text.
            unfired: what it means that a planned fault never fired, or that the schedule could not be followed: `error`, or
                `ignore`, for plans that are drawn and not written.
            laws: the laws to be judged, as a comma list; `all`, or `none`. A deadlock, hang or livelock always counts.
            may_surface: whether the injected fault may come out of the `with`, itself, chained or in a group; it ends there.

        Raises:
            CheckFailed: a law is broken.
            UnfiredFault: a planned fault never fired; the message lists the points that were reached.
            Diverged: the schedule could not be followed.
            PlanError: an argument is no plan, schedule, law or the like, or an experiment is under way.

        Example:
            with taskfail.experiment("raise ConnectionError @ start:fetch#2", may_surface=True):
                fetch_all(urls)
        """
        global _current
        __tracebackhide__ = True
        outer, files = _current, self.files
        self.leave("experiment")
        terms = Terms.read(unfired, laws, may_surface)
        try:
            plan = Plan.parse(plan) if isinstance(plan, str) else plan
            schedule = Schedule.parse(schedule) if isinstance(schedule, str) else schedule
        except ValueError as error:
            raise PlanError(str(error)) from None
        hand = Hand(files, plan, schedule)
        hand.explicit = True
        _current = hand
        try:
            with running(hand, terms):
                yield self
        finally:
            _current = outer
            if "hypothesis" in sys.modules and hand.final is not None:
                from .strategies.steering import steer

                steer(hand.final, *hand.fired())


def _need(what: str) -> Hand | RealHand:
    if _current is None:
        raise PlanError(
            f"taskfail.{what} outside of an experiment; inside of a Hypothesis test use 'with taskfail.experiment(plan):'"
        )
    return _current


@contextlib.contextmanager
def placed_by_hand(item: pytest.Item, files: Sources) -> Iterator[None]:
    """Runs the test function as one experiment, unless Hypothesis calls it many times."""
    global _current
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        yield
        return
    hand = _current = _hand_for(item, files)
    complaint = ""
    try:
        with running(hand, Terms(laws=frozenset(STOPS))):
            yield
    except NeedsReal:
        item.stash[NEEDS_REAL] = True
        raise
    except Exception as error:
        if error is not hand.complaint:
            raise
        complaint = str(error) if isinstance(error, CheckFailed) else f"{type(error).__name__}: {error}"
    finally:
        _current = None
    if complaint:
        raise pytest.fail.Exception(complaint, pytrace=False) from None


def _hand_for(item: pytest.Item, files: Sources) -> Hand | RealHand:
    if item.stash.get(NEEDS_REAL, False):
        from .plugin_real import RealHand

        return RealHand(files)
    hand = Hand(files)
    hand.again = False
    hand.restartable = item.stash.get(RESTARTABLE, False)

    def begin_again() -> None:
        item.stash[NEEDS_REAL] = True
        raise NeedsReal("processes need a real experiment")

    if hand.restartable:
        hand.before_processes = begin_again
    return hand


__all__ = ["TaskFail", "placed_by_hand"]
