"""What a report draws, as plain data: each experiment of the sweep, and what a finding's experiment has seen."""

from __future__ import annotations

from typing import Any

from ..explore.results import Report
from ..explore.tried import Tried
from ..model.findings import Story
from ..model.plans import Plan
from ..model.traces import Event, Place, Trace

EVENTS_MAX = 200
"""Events of a finding that are kept: those of the beginning, those around its first fault and those of the end."""


def sweep(report: Report) -> dict[str, Any]:
    """The experiments of the sweep: the points, the faults, and for each pair that was to be tried what came of it."""
    keys = {story.finding.key: number for number, story in enumerate(report.stories)}
    points: dict[tuple[str, str], int] = {}
    faults: dict[str, int] = {}
    rows, tried = [], []
    for one in report.tried:
        row = (str(Plan(one.case.before)), str(one.case.point))
        if row not in points:
            points[row] = len(points)
            rows.append(_point(one, *row))
        tried.append(
            {
                "point": points[row],
                "fault": faults.setdefault(str(one.case.fault), len(faults)),
                "verdict": one.verdict,
                "findings": [keys[key] for key in one.found if key in keys],
            }
        )
    return {"points": rows, "faults": list(faults), "tried": tried}


def seen(story: Story) -> dict[str, Any]:
    """What the experiment of a finding has seen."""
    trace = story.trace
    events, left_out = _some(trace)
    return {
        "faults": [
            {"fault": str(one.fault), "point": str(one.point), "place": _place(one.place), "seen_by": one.seen}
            for one in trace.injected
        ],
        "events": [_event(one) for one in events],
        "events_left_out": left_out,
        "waits": [
            {
                "task": one.task,
                "what": one.what,
                "place": _place(one.place),
                "holder": one.holder,
                "holder_ended": one.holder_ended,
                "taken": _place(one.taken),
            }
            for one in trace.waits
        ],
        "stacks": list(trace.stacks),
        "output": story.output,
        "virtual_seconds": trace.seconds,
    }


def _point(one: Tried, after: str, point: str) -> dict[str, Any]:
    reached = one.case.reached
    return {
        "point": point,
        "place": _place(reached.place) if reached else "",
        "why": reached.why if reached else "",
        "equal": one.case.equal,
        "after": after,
    }


def _event(one: Event) -> dict[str, Any]:
    return {**one._asdict(), "place": _place(one.place)}


def _some(trace: Trace) -> tuple[list[Event], int]:
    """The events that are kept and how many are not."""
    events = trace.events
    if len(events) <= EVENTS_MAX:
        return list(events), 0
    third = EVENTS_MAX // 3
    fault = next((number for number, event in enumerate(events) if event.kind == "fault"), 0)
    wanted = {*range(third), *range(len(events) - third, len(events))}
    wanted.update(range(max(0, fault - third // 2), min(len(events), fault + third // 2)))
    return [events[number] for number in sorted(wanted)], len(events) - len(wanted)


def _place(place: Place) -> str:
    return str(place) if place.file else ""
