"""A finding of an experiment that the user has made: the same words, without what only a sweep can say."""

from __future__ import annotations

import shutil

from ..model.findings import Story
from ..model.plans import Injection, Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from .text import LABEL_MAX, WAITS_MAX, _numbered, _timeline, verdict


def fired(trace: Trace) -> Plan:
    """The faults that have happened, each at the point where it did."""
    return Plan(tuple(Injection(one.fault, one.point) for one in trace.injected))


def render(story: Story, again: bool = True) -> str:
    """The finding, at most 40 lines.

    Args:
        story: the finding, with the faults that have fired as its plan.
        again: whether to say which experiment shows it again.
    """
    width = min(shutil.get_terminal_size().columns, 120)
    told = [line.partition("  ") for line in story.finding.lines[:WAITS_MAX]]
    rows = [(task.strip(), text.strip()) for task, _, text in told]
    rows += _numbered("timeline", _timeline(story, width - 14))
    rows += _numbered("best effort", list(story.trace.doubts)[:3])
    if again:
        rows.append(("replay", f"with taskfail.experiment({_arguments(story.plan, story.schedule)}):"))
    label = min(LABEL_MAX, max((len(name) for name, _ in rows), default=0))
    lines = [verdict(story), *(f"  {name:<{label}}  {text}".rstrip() for name, text in rows)]
    if story.finding.law in ("hang", "livelock"):
        lines.append("  stacks")
        lines += [f"    {line}" for stack in story.trace.stacks[:3] for line in stack.splitlines()[-4:]]
    return "\n".join(lines[:40])


def _arguments(plan: Plan, schedule: Schedule) -> str:
    return f'"{plan}", "{schedule}"' if schedule else f'"{plan}"' if plan else ""
