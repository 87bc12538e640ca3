"""Faults placed by hand that need processes: such a test runs, from its set-up to its end, in a process of its own."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import pytest

from .errors import PlanError
from .explore.eligible import Eligible
from .explore.real_menu import RealMenu
from .explore.refusals import never_fired
from .hand import Terms
from .laws import lines_of
from .model.faults import KINDS, Fault, Raise
from .model.plans import Injection, Plan
from .model.points import Point, Selector
from .model.traces import Trace
from .plugin_hand import NEEDS_REAL
from .runtime.processes import hooks, papers, revive, side, tracing, world
from .runtime.processes.watch import Limits
from .runtime.reading.sources import Sources

if TYPE_CHECKING:
    from .plugin_items import Rerunner

LIMITS = Limits(quiet=1.0, timed=math.inf, total=30.0, tasks=1_000_000)
LEGAL: dict[str, tuple[str, ...]] = {
    "raise": ("start", "call", "end"),
    "kill": ("start", "call", "end"),
    "pickle": ("pickle",),
    "hold": ("acquire",),
    "drop": ("signal",),
    "duplicate": ("signal",),
    "delay": ("signal",),
}
"""At which kinds of points a fault can happen in a real experiment."""


class RealHand:
    """A real experiment whose plan is made while it runs, seen from the test's own process.

    Args:
        files: whose code is whose.
    """

    real: Literal[True] = True

    def __init__(self, files: Sources) -> None:
        self.files = files
        self.explicit = True
        self.complaint: BaseException | None = None
        self._stack = contextlib.ExitStack()

    def at_end(self, undo: Callable[[], None]) -> None:
        """Something to be put back when the experiment has ended."""
        self._stack.callback(undo)

    def _side(self) -> side.Side:
        here = side.here()
        assert here is not None
        return here

    def begin(self) -> None:
        """Everything is in place since the test's process began."""

    def inject(self, fault: Fault, at: Selector | Point) -> None:
        """Plans a fault from now on, for this process and all that come."""
        if fault.kind not in LEGAL:
            kinds = ", ".join(LEGAL)
            raise PlanError(f"'{fault}' cannot be placed in a real experiment, where real processes run; what can are {kinds}")
        if at.kind not in LEGAL[fault.kind]:
            legal = ", ".join(LEGAL[fault.kind])
            raise PlanError(f"'{fault}' cannot happen at {at}: in a real experiment it can at the kinds {legal}")
        if isinstance(fault, Raise) and isinstance(fault.exception, BaseException):
            raise PlanError(
                f"'{fault}' was given an exception that is made already; in a real experiment it is made in another "
                f"process, so give the type: Raise({type(fault.exception).__name__})"
            )
        self._side().plan_more(Injection(fault, at))

    def wrap(self, thing: Any) -> Any:
        """Makes sure that what is submitted to an object of the user's own is seen; all that comes from the libraries is."""
        if callable(getattr(type(thing), "submit", None)):
            hooks.watch_executor(type(thing))
        elif not type(thing).__module__.startswith("multiprocessing."):
            raise PlanError(
                f"taskfail.wrap: nothing is known of a {type(thing).__name__}; give a pool, a manager, or an object with 'submit'"
            )
        return thing

    def trace(self) -> Trace:
        """What has been seen so far."""
        here = self._side()
        told = world.Ended(records=here.records(), left=world.left_below(0), host=here.pid)
        return tracing.trace_of(told, self.plan, self.files)

    @property
    def plan(self) -> Plan:
        return Plan(tuple(self._side().injections))

    def end(self, error: BaseException | None) -> Trace:
        """The trace; what is left of the experiment ends with its process."""
        self._stack.close()
        return Trace() if error is not None else self.trace()

    def outcome(self, trace: Trace, error: BaseException | None, terms: Terms) -> BaseException | None:
        """What comes out of the experiment: what came out of the test, or the planned fault that never fired."""
        if error is not None:
            return error
        unfired = self.never_fired()
        return never_fired(unfired[0], [one.point for one in trace.reached]) if unfired else None

    def never_fired(self) -> list[Injection]:
        """The planned faults that have not happened."""
        fired = {record["number"] for record in self._side().records() if record["event"] == "fault"}
        return [injection for number, injection in enumerate(self.plan.injections) if number not in fired]


def refuse(fault: Fault, restartable: bool) -> None:
    """Says why a controlled experiment cannot give way to a real one, which this fault needs, if it cannot.

    Raises:
        PlanError: the test cannot begin again here, or there are no real experiments on this system.
    """
    why = world.can_run()
    if why:
        raise PlanError(f"'{fault}' needs a real experiment, with real processes, and {why}")
    if not restartable:
        raise PlanError(f"'{fault}' needs a real experiment: place it in a test of its own, marked taskfail(mode='real')")


def run(runner: Rerunner, files: Sources) -> list[pytest.TestReport]:
    """The reports of one run in a process of its own."""
    why = world.can_run()
    if why:
        return _failed(runner, f"taskfail: there are no real experiments here: {why}")
    hook, config = runner.item.ihook, runner.item.config
    runner.item.stash[NEEDS_REAL] = True

    def body() -> dict[str, Any]:
        reports = runner.first()
        return {"reports": [hook.pytest_report_to_serializable(config=config, report=report) for report in reports]}

    def orders(host: int) -> papers.Orders:
        menu = RealMenu(frozenset(KINDS), every=True)
        return papers.Orders("", files, menu, Eligible(files, every=True), False, host, growing=True)

    revive.survey()
    try:
        ended = world.run(orders, body, LIMITS)
    finally:
        revive.forget()
    if "reports" in ended.told:
        return [hook.pytest_report_from_serializable(config=config, data=data) for data in ended.told["reports"]]
    return _given_up(runner, ended, files)


def _given_up(runner: Rerunner, ended: world.Ended, files: Sources) -> list[pytest.TestReport]:
    """Reports of a test that has not come to its end."""
    plan = Plan(tuple(Injection.parse(text) for text in papers.plans(ended.records)))
    return _failed(runner, _words(ended, plan, files), runner.drain())


def _failed(runner: Rerunner, text: str, output: str = "") -> list[pytest.TestReport]:
    item: Any = runner.item
    reports = []
    for when in ("setup", "call", "teardown"):
        call: Any = pytest.CallInfo.from_call(lambda: _fail(text) if when == "call" else None, when=when)  # noqa: B023
        item._initrequest()
        report = item.ihook.pytest_runtest_makereport(item=item, call=call)
        if when == "call" and output:
            report.sections.append(("Captured in the experiment", output))
        reports.append(report)
    return reports


def _fail(text: str) -> None:
    pytest.fail(text, pytrace=False)


def _words(ended: world.Ended, plan: Plan, files: Sources) -> str:
    trace = tracing.trace_of(ended, plan, files)
    if ended.stopped == "died":
        return f"taskfail: the test's own process ended: {ended.how.strip()}"
    first = "taskfail: HANG" if trace.stopped else f"taskfail: the test did not end within {LIMITS.total:g} s"
    happened = [f"{one.fault} @ {one.point}" for one in trace.injected]
    lines = [first + (f" after {', '.join(happened)}" if happened else "")]
    lines += [f"  {line}" for line in lines_of(trace, list(trace.waits))]
    stacks = [f"    {line}" for stack in trace.stacks[:3] for line in stack.splitlines()[-4:]]
    return "\n".join([*lines, *(["  stacks", *stacks] if stacks else [])])
