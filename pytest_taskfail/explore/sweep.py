"""The complete sweep: each fault at each point, then faults in the recovery code that these bring to light."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from ..errors import UnfiredFault
from ..model.faults import Raise
from ..model.plans import Plan
from ..model.points import Selector, near_names
from ..model.schedules import Schedule
from ..model.traces import Choice, Trace
from . import reduce
from .runner import Runner

SWEEP_SHARE = 0.75
"""Of the budget, for the sweep of faults."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan that has been run, the choices its run met, and how many of them before its last fault."""

    plan: Plan
    choices: tuple[Choice, ...]
    fired_at: int


def sweep(runner: Runner, golden: Trace) -> list[Tried]:
    """Runs each fault at each point by itself; what recovery code reaches joins in, with both faults in one run.

    Raises:
        UnfiredFault: a selector of the marker names no point.
    """
    report, settings = runner.report, runner.settings
    queue = reduce.representatives(golden.reached, settings)
    _check_selectors(settings.points, golden)
    report.raw_points, report.points = len(golden.reached), len({case.point for case in queue})
    known = {reduce.group_of(reached.point) for reached in golden.reached}
    done_points = set()
    tried: list[Tried] = []
    position = 0
    while position < len(queue):
        if runner.seconds_left(SWEEP_SHARE) < 0:
            report.left = len(queue) - position
            break
        case = queue[position]
        position += 1
        deeper = len(case.plan.injections) <= settings.max_faults
        trace, fired = attempt(runner, case.plan, discover=deeper)
        if not fired:
            report.unstable.append(str(case.point))
            continue
        done_points.add(case.point)
        tried.append(Tried(case.plan, trace.choices, max(fault.choice for fault in trace.injected)))
        if deeper:
            new = [reached for reached in trace.reached if reduce.group_of(reached.point) not in known]
            queue += reduce.representatives(new, settings, case.plan)
            known |= {reduce.group_of(reached.point) for reached in new}
    report.swept_points = len(done_points)
    report.points = len({case.point for case in queue})
    return tried


def combine(runner: Runner, golden: Trace) -> None:
    """Runs each two faults together, then each three, up to as many as the user wants in one run."""
    cases = [case for case in reduce.representatives(golden.reached, runner.settings, firsts=True) if not _lasts(case)]
    for number in range(2, runner.settings.max_faults + 1):
        for chosen in combinations(cases, number):
            if len({case.point for case in chosen}) < number:
                continue
            if runner.seconds_left(SWEEP_SHARE) < 0:
                runner.report.combinations_cut = True
                return
            plan = Plan(tuple(case.plan.injections[-1] for case in chosen))
            _, fired = attempt(runner, plan)
            runner.report.combinations += fired


def attempt(runner: Runner, plan: Plan, discover: bool = False) -> tuple[Trace, bool]:
    """Runs a plan and judges the run, if all of its faults have fired."""
    trace, outcome, experiment = runner.run(plan, Schedule(), discover=discover)
    fired = not experiment.unfired()
    runner.report.swept += 1
    if fired:
        runner.judge(plan, Schedule(), trace, outcome)
    runner.progress(runner.report)
    return trace, fired


def _lasts(case: reduce.Case) -> bool:
    return isinstance(case.fault, Raise) and case.fault.always


def _check_selectors(texts: tuple[str, ...], golden: Trace) -> None:
    for text in texts:
        if not any(reduce.selected(Selector.parse(text), one.point) for one in golden.reached):
            near = near_names(text, [str(one.point) for one in golden.reached])
            listed = "".join(f"\n    {name}" for name in near) or " none: the test starts no task"
            raise UnfiredFault(f"points={text!r} of the taskfail marker matches nothing\n  points that were reached:{listed}")
