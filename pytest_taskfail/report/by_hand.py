"""A finding of an experiment that the user has made: the same words, without what only a sweep can say."""

from __future__ import annotations

import shutil

from ..model.findings import Story
from ..model.plans import Injection, Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from .story import numbered, page


def fired(trace: Trace) -> Plan:
    """The faults that have happened, each at the point where it did."""
    return Plan(tuple(Injection(one.fault, one.point) for one in trace.injected))


def render(story: Story, again: bool = True) -> str:
    """The finding, at most 40 lines.

    Args:
        story: the finding, with the faults that have fired as its plan.
        again: whether to say which experiment shows it again.
    """
    rows = numbered("best effort", list(story.trace.doubts)[:3])
    if again:
        rows.append(("replay", f"with taskfail.experiment({_arguments(story.plan, story.schedule)}):"))
    return page(story, rows, min(shutil.get_terminal_size().columns, 120))


def _arguments(plan: Plan, schedule: Schedule) -> str:
    return f'"{plan}", "{schedule}"' if schedule else f'"{plan}"' if plan else ""
