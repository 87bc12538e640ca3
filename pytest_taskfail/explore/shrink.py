"""Makes the experiment behind a finding as small as it can be: no fault and no deviation can be left out, nor two of these.

Parts are left out while the same finding comes, halves first, after delta debugging (Zeller and Hildebrandt, "Simplifying and
isolating failure-inducing input", IEEE TSE 28/2, 2002); then a fault that lasts is tried once only.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from ..model.faults import Raise
from ..model.findings import Story
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..runtime import real
from .runner import Runner

FACTOR = 2.0
"""Shrinking takes at most so many times as long as exploring has taken."""

SHARE = 0.5
"""And at most this part of the budget: other plugins have time limits that know nothing of shrinking."""

Parts = tuple[Plan, Schedule]


def shrink_all(runner: Runner) -> None:
    """Makes each story of the report as small as it can be in the time there is."""
    now = real.monotonic()
    until = now + longest(now - runner.began, runner.settings.budget)
    for number, story in enumerate(runner.report.stories):
        runner.report.stories[number] = shrink(runner, story, until)


def longest(explored: float, budget: float) -> float:
    """Seconds that shrinking may take.

    Args:
        explored: seconds that it took to find what is made smaller.
        budget: seconds that the user gives to a test.
    """
    return min(FACTOR * explored, SHARE * budget)


def shrink(runner: Runner, story: Story, until: float) -> Story:
    """The same finding with fewer faults and deviations.

    Args:
        runner: runs experiments.
        story: what is to be made smaller.
        until: the end of the time for it, in seconds of the real clock.
    """
    again = True
    while again:
        again = False
        for plan, schedule in smaller(story.plan, story.schedule):
            if real.monotonic() > until:
                return story
            trace, outcome, experiment = runner.run(plan, schedule, probe=bool(plan))
            if experiment.unfired() or trace.diverged:
                continue
            for finding in runner.findings(plan, schedule, trace, outcome):
                if finding.key == story.finding.key:
                    story = dataclasses.replace(
                        story, finding=finding, plan=plan, schedule=schedule, trace=trace, output=outcome.output
                    )
                    again = True
            if again:
                break
    return story


def smaller(plan: Plan, schedule: Schedule) -> Iterator[Parts]:
    """Plans and schedules with less in them: without half of the deviations, one fault, one deviation, or two: there and back."""
    deviations = schedule.deviations
    half = len(deviations) // 2
    if half > 1:
        yield plan, Schedule(deviations[:half])
        yield plan, Schedule(deviations[half:])
    if len(plan.injections) + len(deviations) > 1:
        for number in range(len(plan.injections)):
            yield Plan(plan.injections[:number] + plan.injections[number + 1 :]), schedule
        for number in reversed(range(len(deviations))):
            yield plan, Schedule(deviations[:number] + deviations[number + 1 :])
    for left_out in reversed(list(itertools.combinations(range(len(deviations)), 2)) if len(deviations) > 2 else []):
        yield plan, Schedule(tuple(pair for number, pair in enumerate(deviations) if number not in left_out))
    for number, injection in enumerate(plan.injections):
        if isinstance(injection.fault, Raise) and injection.fault.always:
            once = dataclasses.replace(injection, fault=dataclasses.replace(injection.fault, always=False))
            yield Plan((*plan.injections[:number], once, *plan.injections[number + 1 :])), schedule
