"""What the body of a test waits for although the test has cancelled the task that was to do it.

A test of a queue may start a task that puts something into it. If that task is cancelled it puts nothing, and the body of the
test waits for ever for what nobody brings: the queue is right. That it is only this is seen from another experiment, in which
that task is cancelled before it has done anything at all: the body then waits at the same place. A task that is cancelled and
leaves something behind that is wrong (a place in a line that nobody gives up) makes a difference there.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model.faults import Cancel, Hold
from ..model.findings import Finding
from ..model.plans import Plan
from ..model.points import Point, role_of
from ..model.schedules import Schedule
from ..model.traces import Trace, Wait

Run = Callable[[Plan, Schedule], Trace]


def is_missing_work(finding: Finding, trace: Trace, run: Run) -> bool:
    """Whether the body of the test only waits for the work of tasks that it has started and that are cancelled.

    Args:
        finding: what a law says of this experiment.
        trace: what was seen in it.
        run: runs another experiment.
    """
    if finding.law not in ("deadlock", "livelock") or any(wait.holder_ended for wait in trace.waits):
        return False
    cancelled = [one for one in trace.injected if isinstance(one.fault, Cancel)]
    others = [one for one in trace.injected if not isinstance(one.fault, Cancel | Hold)]
    here = _bodies(trace)
    if not cancelled or others or not here or not all(one.ended_tests_task for one in cancelled):
        return False
    plan = Plan()
    for task in dict.fromkeys(one.point.task for one in cancelled):
        plan = plan.plus(Cancel(), Point("start", role_of(task).rpartition("/")[2], task))
    without = run(plan, Schedule())
    return without.stopped == trace.stopped and here <= _bodies(without) and not _more(trace, without)


def _bodies(trace: Trace) -> set[str]:
    """The places where the body of the test waits."""
    return {str(wait.place) for wait in trace.waits if wait.body}


def _more(trace: Trace, without: Trace) -> set[str]:
    """Tasks that wait only in the first of these."""
    return _tasks(trace.waits) - _tasks(without.waits)


def _tasks(waits: tuple[Wait, ...]) -> set[str]:
    return {role_of(wait.task) for wait in waits}
