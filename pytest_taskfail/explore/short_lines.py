"""Shorter replay lines: points named by selectors, where a run shows that these mean the same points."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..model.findings import Story
from ..model.plans import Injection, Plan, print_replay
from ..model.points import Point, Selector
from ..model.traces import Trace
from .runner import Runner

LINE_MAX = 80
"""Characters of a replay line that is short enough."""


def shorten_all(runner: Runner) -> None:
    """Gives each story of the report a shorter replay line, where its own is long and there is one."""
    for number, story in enumerate(runner.report.stories):
        if story.plan and len(print_replay(story.plan, story.schedule)) > LINE_MAX:
            runner.report.stories[number] = shorten(runner, story)


def shorten(runner: Runner, story: Story) -> Story:
    """The story with the shortest line that strikes at the same points."""
    struck = [fault.point for fault in story.trace.injected]
    for plan in shorter(story.plan):
        trace, _, experiment = runner.run(plan, story.schedule)
        same = [fault.point for fault in trace.injected] == struck
        if same and not experiment.unfired() and trace.stopped == story.trace.stopped:
            return dataclasses.replace(story, line=print_replay(plan, story.schedule))
    return story


def spelt_out(plan: Plan, trace: Trace) -> Plan:
    """The plan with the points at which its faults have struck."""
    struck = [(fault.fault, fault.point) for fault in trace.injected]
    found = []
    for one in plan.injections:
        at = next((point for fault, point in struck if fault == one.fault and one.applies(point)), one.at)
        found.append(Injection(one.fault, at))
        if isinstance(at, Point):
            struck.remove((one.fault, at))
    return Plan(tuple(found))


def shorter(plan: Plan) -> Iterator[Plan]:
    """The plan with its points named by the last part of their name, then by their name, each without the task: as they are read
    again from the line."""
    for last_part_only in (True, False):
        injections = [Injection(one.fault, _selector(one.at, last_part_only)) for one in plan.injections]
        yield Plan.parse(str(Plan(tuple(injections))))


def _selector(at: Point | Selector, last_part_only: bool) -> Point | Selector:
    if not isinstance(at, Point):
        return at
    if at.kind in ("start", "end"):
        return Selector.parse(f"{at.kind}:{at.task.rpartition('/')[2] if last_part_only else at.task}")
    name = at.name.rpartition(".")[2] if last_part_only and "@" not in at.name else at.name
    return Selector(at.kind, name, at.hit or None)
