"""The complete sweep: each fault at each point, then faults in the recovery code that these bring to light."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import combinations

from ..model.faults import Raise
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Choice, Trace
from . import reduce
from .refusals import refuse_unfired, refuse_unmatched
from .runner import Runner
from .tried import Tried, tried

SWEEP_SHARE = 0.75
"""Of the budget, for the sweep of faults."""

NEAR = 200
"""Choices before a fault, and after it, at which another order is tried."""


@dataclass(frozen=True, slots=True)
class Swept:
    """A plan that has been run, and the choices of its run about the time of its last fault.

    Args:
        plan: its faults.
        choices: with their numbers, those next to the fault first.
        cut: whether the run has met more choices than these.
    """

    plan: Plan
    choices: tuple[tuple[int, Choice], ...]
    cut: bool = False

    @classmethod
    def of(cls, plan: Plan, trace: Trace) -> Swept:
        """What is kept of a run: runs have many thousand choices, and a search tries the nearest few of each."""
        fired_at = max(fault.choice for fault in trace.injected)
        low, high = max(fired_at - NEAR, 0), fired_at + NEAR + 1
        near = sorted(enumerate(trace.choices[low:high], low), key=lambda pair: (abs(pair[0] - fired_at), -pair[0]))
        return cls(plan, tuple(near), low > 0 or high < len(trace.choices))


def sweep(runner: Runner, golden: Trace) -> list[Swept]:
    """Runs each fault at each point by itself; what recovery code reaches joins in, with both faults in one run.

    Raises:
        UnfiredFault: a selector of the marker names no point.
    """
    report, settings = runner.report, runner.settings
    queue = reduce.representatives(golden.reached, settings)
    refuse_unmatched(settings.points, golden)
    report.raw_points, report.points = len(golden.reached), len({case.point for case in queue})
    known = {reduce.group_of(reached.point) for reached in golden.reached}
    done_points = set()
    swept: list[Swept] = []
    position = 0
    while position < len(queue):
        if runner.seconds_left(SWEEP_SHARE) < 0:
            report.left = len(queue) - position
            report.tried += [Tried(left, "not tried") for left in queue[position:]]
            break
        case = queue[position]
        position += 1
        deeper = len(case.plan.injections) <= settings.max_faults
        trace, what = attempt(runner, case, discover=deeper)
        report.tried.append(what)
        if what.verdict == "unfired":
            report.unstable.append(str(case.point))
            continue
        done_points.add(case.point)
        swept.append(Swept.of(case.plan, trace))
        if deeper:
            new = [reached for reached in trace.reached if reduce.group_of(reached.point) not in known]
            queue += reduce.representatives(new, settings, case.plan)
            known |= {reduce.group_of(reached.point) for reached in new}
    report.swept_points = len(done_points)
    report.points = len({case.point for case in queue})
    return swept


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
            _, what = attempt(runner, dataclasses.replace(chosen[-1], plan=plan))
            runner.report.combinations += what.verdict != "unfired"


def try_plans(runner: Runner, golden: Trace) -> None:
    """Runs what plugins want to be tried.

    Raises:
        UnfiredFault: a fault of such a plan never fired.
    """
    for plan in runner.settings.plans(golden):
        if runner.seconds_left() < 0:
            runner.report.left += 1
            continue
        trace, outcome, experiment = runner.run(plan, Schedule())
        refuse_unfired(experiment.unfired(), golden)
        runner.report.swept += 1
        runner.judge(plan, Schedule(), trace, outcome)


def attempt(runner: Runner, case: reduce.Case, discover: bool = False) -> tuple[Trace, Tried]:
    """Runs a plan and judges the run, if all of its faults have fired."""
    trace, outcome, experiment = runner.run(case.plan, Schedule(), discover=discover)
    runner.report.swept += 1
    runner.progress(runner.report)
    if experiment.unfired():
        return trace, Tried(case, "unfired")
    return trace, tried(case, runner.judge(case.plan, Schedule(), trace, outcome), outcome.error is not None)


def _lasts(case: reduce.Case) -> bool:
    return isinstance(case.fault, Raise) and case.fault.always
