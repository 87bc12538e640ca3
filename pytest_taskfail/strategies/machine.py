"""A state machine whose whole life is one experiment: chaos tests of services that live long."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ..errors import CheckFailed, PlanError
from ..explore import legal
from ..hand import Hand, Terms
from ..laws import broken_handler, orphan, swallowed_cancel
from ..model.faults import Fault, parse_fault
from ..model.plans import Injection
from ..model.points import Point, Selector
from ..model.traces import Trace
from ..runtime import control
from ..runtime.carriers import Abort
from .steering import steer

T = TypeVar("T")


def _of(name: str) -> st.SearchStrategy[Any]:
    """One of the values that the machine's class lists under this name."""
    return st.runner().flatmap(lambda machine: st.sampled_from(tuple(getattr(machine, name))))


class ChaosMachine(RuleBasedStateMachine):
    """Base of Hypothesis' state machines for services with threads: time is virtual, and every example is one experiment.

    Begin your `__init__` with `super().__init__()`, and make there what you test. Your rules call the methods below. What ends
    the service goes into `shut_down`, not `teardown`. The universal laws are invariants: a deadlock is told at the step that
    runs into it, a swallowed cancellation, an orphan and a broken handler after the step; what is still held, alive or unread
    is judged after `shut_down`.

    Attributes:
        chaos: faults with their points, such as `"raise ConnectionError @ call:Gateway.charge"`. Each can be planned by a rule
            `fault`: it strikes at the next such point.
        delays: seconds of virtual time; the rule `wait` lets one of them pass.
        laws: the laws to be judged, as a comma list; `all`, or `none`.
        workers: threads of the pool that `submit` uses.

    Example:
        class Counter(ChaosMachine):
            chaos = ("raise ConnectionError @ call:Store.save",)
            delays = (1, 60)

            def __init__(self):
                super().__init__()
                self.counter = SharedCounter(FakeStore())

            @rule()
            def count(self):
                self.submit(self.counter.increment)

            def shut_down(self):
                self.counter.close()

        TestCounter = Counter.TestCase
    """

    chaos: ClassVar[tuple[str, ...]] = ()
    delays: ClassVar[tuple[float, ...]] = ()
    laws: ClassVar[str] = "all"
    workers: ClassVar[int] = 4

    _over = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Ends the experiment of a machine that could not be made: Hypothesis tears down only those that it has."""
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = _ending(cls.__init__)  # type: ignore[method-assign]

    def __init__(self) -> None:
        super().__init__()
        self._terms = Terms.read("ignore", self.laws, False)
        self._injections = {text: read_chaos(text) for text in self.chaos}
        self._hand = Hand(control.files())
        self._hand.again = False
        self._pool: ThreadPoolExecutor | None = None
        self._seen = 0
        self._broken: CheckFailed | None = None
        self._hand.begin()
        self._over = False

    # ------------------------------------------------------------------ for rules

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Submits work to the machine's own pool. It runs when the rules let it: in `settle`, `advance`, or while one waits.

        Args:
            function: what is to be done; its name is the name of the task.

        Returns:
            the future; `result()` waits, in virtual time.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.workers)
        return self._pool.submit(function, *args, **kwargs)

    def inject(self, fault: Fault | str, at: str | Selector | Point) -> None:
        """Plans a fault from now on: it strikes once, at the next such point; that may never come.

        Args:
            fault: what happens, or its text.
            at: where, for instance `call:Gateway.charge` or `acquire:Lock@*`.

        Raises:
            PlanError: no such fault or point, or a fault that cannot happen there.
        """
        self._hand.experiment.inject(read_chaos(f"{fault} @ {at}"))

    def advance(self, seconds: float) -> None:
        """Lets virtual time pass while the others run.

        Args:
            seconds: of virtual time, from now.
        """
        experiment = self._hand.experiment
        experiment.sleep(experiment.scheduler.main, seconds)

    def settle(self) -> None:
        """Lets the others run until each has ended or waits; no time passes."""
        scheduler = self._hand.experiment.scheduler
        scheduler.drain(scheduler.main, 0.0)

    @property
    def trace(self) -> Trace:
        """What has been seen so far, as the threads stand."""
        return self._hand.glance()

    def shut_down(self) -> None:
        """Ends the service, under control; the machine's own pool ends after it. Overridden by those who have one."""

    # ------------------------------------------------------------------ rules and laws

    @precondition(lambda self: self.chaos)
    @rule(planned=_of("chaos"))
    def fault(self, planned: str) -> None:
        """Plans one of the faults of `chaos`."""
        self._hand.experiment.inject(self._injections[planned])

    @precondition(lambda self: self.delays)
    @rule(seconds=_of("delays"))
    def wait(self, seconds: float) -> None:
        """Lets one of `delays` pass."""
        self.advance(seconds)

    @precondition(lambda self: self._look())
    @invariant()
    def laws_hold(self) -> None:
        """Tells what can be told before the end: a swallowed cancellation, an orphan, a broken handler."""
        __tracebackhide__ = True
        assert self._broken is not None
        raise self._broken

    def _look(self) -> bool:
        """Whether a law has been broken; looks only when something has happened since the last time."""
        experiment = self._hand.experiment
        before, self._seen = self._seen, len(experiment.swallowed) + len(experiment.orphans) + len(experiment.errors)
        if self._seen > before and not experiment.scheduler.stopped:
            self._broken = self._hand.failed(self._hand.glance(), self._terms, (swallowed_cancel, orphan, broken_handler))
        return self._broken is not None

    def teardown(self) -> None:
        """Shuts down, ends the experiment and judges what is left. Override `shut_down` instead."""
        __tracebackhide__ = True
        error: BaseException | None = None
        try:
            try:
                self.shut_down()
            finally:
                if self._pool is not None:
                    self._pool.shutdown()
        except BaseException as caught:
            error = caught
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        __tracebackhide__ = True
        if self._over:
            return
        self._over = True
        trace = self._hand.end(error)
        steer(trace, *self._hand.fired())
        if trace.stopped or error is None or isinstance(error, Abort):
            problem = self._hand.failed(trace, self._terms)
            if problem is not None:
                raise problem from None
        if error is not None:
            raise error


def _ending(make: Callable[..., None]) -> Callable[..., None]:
    """The `__init__` of a machine; if it fails, the experiment ends."""

    @functools.wraps(make)
    def init(self: ChaosMachine, *args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        try:
            make(self, *args, **kwargs)
        except BaseException as error:
            self._end(error)
            raise

    return init


def read_chaos(text: str) -> Injection:
    """Reads a fault at a point, and refuses one that cannot happen there.

    Raises:
        PlanError: it is none, or cannot be.
    """
    try:
        fault, _, at = text.partition(" @ ")
        parse_fault(fault)
        injection = Injection(parse_fault(fault), Selector.parse(at)) if at else Injection.parse(text)
    except ValueError as error:
        raise PlanError(f"chaos {text!r}: {error}") from None
    legal.check(injection.fault, injection.at)
    return injection
