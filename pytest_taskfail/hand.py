"""One experiment whose plan is made while it runs, and its end: what the fixture and the state machines have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from .errors import CheckFailed, Diverged, PlanError, TaskFailError
from .explore.careful import CarefulExperiment
from .explore.eligible import Eligible
from .explore.refusals import never_fired
from .explore.strict import surfaces
from .explore.surroundings import under_control
from .laws import UNIVERSAL, Law, judge
from .model.findings import LAWS, Finding, Story
from .model.plans import Injection, Plan
from .model.points import near_names
from .model.schedules import PYTHON, Schedule
from .model.traces import Trace
from .report import by_hand
from .runtime import control, leftovers, observe, patches, tracing
from .runtime.calls import CallProbe
from .runtime.carriers import Abort
from .runtime.experiment import DRAIN_SECONDS
from .runtime.reading.sources import Sources

LIMIT = 30.0
"""Seconds of real time that an experiment may go on without ending."""

STOPS = ("deadlock", "hang", "livelock")
"""Findings that nobody can do without: the run could not go on."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an experiment must keep to.

    Args:
        unfired: `error`, or `ignore`: what a planned fault that never fired means.
        laws: which laws are judged at the end.
        may_surface: whether an injected fault may come out of the experiment.
    """

    unfired: str = "error"
    laws: frozenset[str] = frozenset(LAWS)
    may_surface: bool = False

    @classmethod
    def read(cls, unfired: str, laws: str, may_surface: bool) -> Terms:
        """Reads what a user gives.

        Args:
            laws: `all`, `none`, or a comma list.

        Raises:
            PlanError: no such word.
        """
        if unfired not in ("error", "ignore"):
            raise PlanError(f"unfired={unfired!r}: a planned fault that never fires is an 'error', or 'ignore' it")
        if laws in ("all", "none"):
            return cls(unfired, frozenset(LAWS) if laws == "all" else frozenset(STOPS), may_surface)
        names = [name.strip() for name in laws.split(",")]
        judged = [law for law in LAWS if law not in ("strict", "leaked-fd")]  # these need a fault-free run, or to be run again
        for name in names:
            if name not in judged:
                near = near_names(name, judged, 1)[0]
                raise PlanError(
                    f"laws={laws!r}: there is no law {name!r}; did you mean {near!r}? The laws are {', '.join(judged)}, all, none"
                )
        return cls(unfired, frozenset((*names, *STOPS)), may_surface)


def _no_processes() -> None:
    __tracebackhide__ = True
    raise PlanError(
        "an experiment under control cannot start processes, or give work to them; "
        "with taskfail.inject alone, the whole test begins again with real ones"
    )


class Hand:
    """One experiment by hand.

    Args:
        files: whose code is whose.
        every: whether every call of the user's is a point, not only those that can fail anyway.
    """

    real: Literal[False] = False

    def __init__(self, files: Sources, plan: Plan = Plan(), schedule: Schedule = Schedule(), every: bool = True) -> None:
        if schedule and schedule.python != PYTHON:
            raise Diverged(
                f"the schedule was recorded on {schedule.python}, this is {PYTHON}: schedules replay on one minor version only"
            )
        self.files = files
        self.schedule = schedule
        self.probe = CallProbe(files, Eligible(files, every=every))
        self.experiment = CarefulExperiment(files, plan, schedule, replies=not every)
        self.experiment.watch_thread = self.probe.watch_thread
        self.explicit = bool(plan)
        self.again = True
        self.restartable = False
        self.before_processes: Callable[[], None] = _no_processes
        self.final: Trace | None = None
        self.complaint: BaseException | None = None
        self._stack = contextlib.ExitStack()

    def begin(self) -> None:
        """Takes control of the calling thread."""
        if control.active is not None:
            raise PlanError("an experiment is under way already: one ends before the next begins")
        observe.note("experiments")
        import asyncio.base_events  # noqa: F401 - now: what the test imports only on the way would not be under control

        with contextlib.ExitStack() as stack:
            stack.enter_context(under_control(LIMIT, generation=0))
            patches.watch_modules()
            observe.before_processes = self.before_processes
            stack.callback(setattr, observe, "before_processes", None)
            self.probe.start()
            stack.callback(self.probe.stop)
            self.experiment.begin()
            self._stack = stack.pop_all()

    def at_end(self, undo: Callable[[], None]) -> None:
        """Something to be put back when the experiment has ended."""
        self._stack.callback(undo)

    def never_fired(self) -> list[Injection]:
        """The planned faults that have not happened."""
        return self.experiment.unfired()

    def end(self, error: BaseException | None) -> Trace:
        """Gives up control; what was seen."""
        if self.final is None:
            with self._stack:
                self.final = self.experiment.end(error)
        return self.final

    def trace(self) -> Trace:
        """What has been seen so far; the other threads are let run out first."""
        if self.final is not None:
            return self.final
        scheduler = self.experiment.scheduler
        scheduler.drain(scheduler.main, DRAIN_SECONDS)
        return self.glance()

    def glance(self) -> Trace:
        """What has been seen so far, as the threads stand."""
        experiment = self.experiment
        return tracing.trace(experiment, None, leftovers.holdings(experiment), leftovers.alive(experiment))

    def fired(self) -> tuple[int, int]:
        """How many planned faults have fired, and how many were planned; one that lasts counts once."""
        fired = len({id(entry[0]) for entry in self.experiment.fired})
        return fired, fired + len(self.experiment.unfired())

    # ------------------------------------------------------------------ the end

    def outcome(self, trace: Trace, error: BaseException | None, terms: Terms) -> BaseException | None:
        """What comes out of the experiment.

        Args:
            trace: what was seen.
            error: what came out of the code under test.
            terms: what it must keep to.
        """
        if trace.stopped == "interrupted" and error is not None and not isinstance(error, Abort):
            return error
        if trace.stopped or error is None or isinstance(error, Abort):
            return self.failed(trace, terms) or self.unmet(trace, terms)
        if not surfaces(error, trace):
            return error
        return self.failed(trace, terms) or (None if terms.may_surface else error)

    def failed(self, trace: Trace, terms: Terms, laws: tuple[Law, ...] = UNIVERSAL) -> CheckFailed | None:
        """The first finding, as an error; there is no fault-free run to compare with."""
        found = [finding for finding in judge(trace, Trace(), laws) if finding.law in terms.laws]
        return CheckFailed(self.words(found[0], trace)) if found else None

    def words(self, finding: Finding, trace: Trace) -> str:
        """A finding as text."""
        return by_hand.render(Story(finding, by_hand.fired(trace), self.schedule, trace), self.again)

    def unmet(self, trace: Trace, terms: Terms) -> TaskFailError | None:
        """The planned fault that never fired, or the schedule that was not followed, as an error."""
        if terms.unfired == "ignore":
            return None
        unfired = self.experiment.unfired()
        if unfired:
            return never_fired(unfired[0], list(self.experiment.reached))
        if trace.diverged:
            return Diverged(f"the schedule cannot be followed: {trace.diverged}; unfired='ignore' lets that pass")
        return None


class AnyHand(Protocol):
    """What a controlled and a real experiment by hand have in common."""

    complaint: BaseException | None

    def begin(self) -> None: ...

    def end(self, error: BaseException | None) -> Trace: ...

    def outcome(self, trace: Trace, error: BaseException | None, terms: Terms) -> BaseException | None: ...

    def never_fired(self) -> list[Injection]: ...


@contextlib.contextmanager
def running(hand: AnyHand, terms: Terms) -> Iterator[None]:
    """The experiment, and at its end what is wrong as an error.

    Raises:
        CheckFailed: a law is broken.
        UnfiredFault: a planned fault never fired.
        Diverged: the schedule could not be followed.
    """
    __tracebackhide__ = True
    error: BaseException | None = None
    hand.begin()
    try:
        yield
    except BaseException as caught:
        error = caught
    outcome = hand.outcome(hand.end(error), error, terms)
    if outcome is error and error is not None:
        for injection in hand.never_fired() if terms.unfired == "error" else ():
            error.add_note(f"taskfail: the planned fault never fired: {injection}")
        raise error
    if outcome is not None:
        hand.complaint = outcome
        raise outcome from (None if isinstance(error, Abort) else error)
