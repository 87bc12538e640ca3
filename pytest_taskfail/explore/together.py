"""Two failures in one turn of an event loop: two tasks that one task waits for, or one of them and a cancellation of that one.

Neither alone shows what code does that takes the first of several failures for the only one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..model.faults import Cancel, Fault, Raise
from ..model.plans import Plan
from ..model.points import Selector, role_of
from ..model.traces import Reached, Trace
from . import reduce
from .runner import Runner
from .sweep import SWEEP_SHARE, attempt

PAIRS_MAX = 8
"""So many are tried; more roles of tasks that one task waits for are rare."""

_WAITS = ("gather@", "wait@", "task@", "TaskGroup@")
"""Names of points at which a task waits for others."""


def sweep_together(runner: Runner, golden: Trace) -> None:
    """Runs these pairs, until there is a finding."""
    for first, second in pairs(golden, runner.settings.points)[:PAIRS_MAX]:
        if runner.report.stories:
            return
        if runner.seconds_left(SWEEP_SHARE) < 0:
            runner.report.combinations_cut = True
            return
        plan = Plan().plus(first[1], first[0].point).plus(second[1], second[0].point)
        case = reduce.Case(plan, second[0].point, second[1], second[0])
        _, what = attempt(runner, case)
        runner.report.combinations += what.verdict != "unfired"


Struck = tuple[Reached, Fault]


def pairs(golden: Trace, points: tuple[str, ...] = ()) -> list[tuple[Struck, Struck]]:
    """The pairs, one for each two roles of tasks that are waited for by tasks of one role.

    Args:
        golden: the fault-free run.
        points: selectors of the points that are wanted; all if there is none.
    """
    chosen = [Selector.parse(text) for text in points]
    wanted = [one for one in golden.reached if not chosen or any(reduce.selected(selector, one.point) for selector in chosen)]
    starts = {one.point.task: one for one in wanted if one.point.kind == "start" and _once(one) is not None}
    began = {event.task: event.time for event in golden.events if event.kind == "start"}
    found: dict[tuple[str, ...], tuple[Struck, Struck]] = {}
    members: dict[str, list[str]] = {}
    for parent, child in golden.joined:
        if child in starts:
            members.setdefault(parent, []).append(child)
    for parent, children in members.items():
        for first, second in _neighbours(children):
            key = (role_of(parent), role_of(first), role_of(second))
            if began.get(first) is not None and began.get(first) == began.get(second):
                found.setdefault(key, (_failing(starts[first]), _failing(starts[second])))
        for wait in (one for one in wanted if one.point.task == parent and one.point.name.startswith(_WAITS)):
            if Cancel(late=True) in wait.faults:
                key = (role_of(parent), role_of(children[0]), wait.point.name)
                found.setdefault(key, (_failing(starts[children[0]]), (wait, Cancel(late=True))))
    return list(found.values())


def _neighbours(children: list[str]) -> Iterator[tuple[str, str]]:
    """Two of each role, and one each of two roles."""
    roles: dict[str, list[str]] = {}
    for child in children:
        roles.setdefault(role_of(child), []).append(child)
    for same in roles.values():
        if len(same) > 1:
            yield same[0], same[1]
    firsts = [same[0] for same in roles.values()]
    yield from itertools.pairwise(firsts)


def _once(reached: Reached) -> Fault | None:
    return next((fault for fault in reached.faults if isinstance(fault, Raise) and not fault.always), None)


def _failing(reached: Reached) -> Struck:
    fault = _once(reached)
    assert fault is not None
    return reached, fault
