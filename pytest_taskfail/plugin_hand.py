"""Faults placed by hand: the fixture `taskfail`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from . import adapters, checks
from .errors import CheckFailed, PlanError
from .explore import legal
from .hand import STOPS, Hand, Terms, running
from .model.faults import Fault
from .model.plans import Injection, Plan
from .model.points import Point, Selector
from .model.schedules import Schedule
from .model.traces import Trace
from .runtime import control
from .runtime.sources import Sources

_current: Hand | None = None


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
        legal.check(fault, at)
        hand.explicit = True
        hand.experiment.inject(Injection(fault, at))

    def wrap(self, thing: Any) -> Any:
        """Puts an executor under control: what is submitted to it are tasks with points.

        Args:
            thing: an executor of `concurrent.futures`, which is seen anyway, or any object with `submit`.

        Raises:
            PlanError: nothing is known of such an object.
        """
        return adapters.wrap(thing)

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
        outer = _current
        if outer is not None and outer.explicit:
            raise PlanError("an experiment is under way already; inject adds to its plan")
        terms = Terms.read(unfired, laws, may_surface)
        try:
            plan = Plan.parse(plan) if isinstance(plan, str) else plan
            schedule = Schedule.parse(schedule) if isinstance(schedule, str) else schedule
        except ValueError as error:
            raise PlanError(str(error)) from None
        hand = Hand(outer.files if outer is not None else control.files(), plan, schedule)
        if outer is not None:
            outer.end(None)
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


def _need(what: str) -> Hand:
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
    hand = _current = Hand(files)
    hand.again = False
    complaint = ""
    try:
        with running(hand, Terms(laws=frozenset(STOPS))):
            yield
    except Exception as error:
        if error is not hand.complaint:
            raise
        complaint = str(error) if isinstance(error, CheckFailed) else f"{type(error).__name__}: {error}"
    finally:
        _current = None
    if complaint:
        raise pytest.fail.Exception(complaint, pytrace=False) from None


__all__ = ["TaskFail", "placed_by_hand"]
