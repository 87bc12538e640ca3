"""A finding of an exploration as text, and what the exploration has tried and left out."""

from __future__ import annotations

from collections.abc import Iterator

from ..explore.random_orders import DEPTH
from ..explore.results import Report
from ..model.counts import count
from ..model.findings import ON_REQUEST, Story
from ..model.traces import Event, Reached
from .story import Row, numbered, page

VALUE_MAX = 200


def render(story: Story, replay: str, report: Report, nodeid: str, width: int = 100) -> str:
    """The whole finding, at most 40 lines.

    Args:
        story: the finding.
        replay: what to give to `--taskfail-replay`, as a shell takes it.
        report: what the finding is part of.
        nodeid: pytest's name of the test.
        width: characters in a line that is not one piece.
    """
    return page(story, _rows(story, replay, report, nodeid), width)


def _rows(story: Story, replay: str, report: Report, nodeid: str) -> Iterator[Row]:
    yield "smallest", smallest(story, report)
    yield from numbered("instead", (_wrong_value(event) for event in story.trace.events if event.kind == "hands back"))
    if report.mode == "real":
        yield "real mode", f"{report.why_mode}; {report.limits}"
    yield from numbered("best effort", list(report.doubts)[:3])
    yield "replay", f'pytest "{nodeid}" --taskfail-replay={replay}'
    yield "not tried", not_tried(report)


def with_laws(story: Story) -> str:
    """What a replay needs beside the line, so that the law of this finding is judged."""
    return f" --taskfail-laws={story.finding.law}" if story.finding.law in ON_REQUEST else ""


def list_points(report: Report) -> list[str]:
    """The points of a fault-free run and the faults that may happen there; points of equal tasks share a line."""
    if report.why_not:
        return []
    groups: dict[tuple[object, ...], list[Reached]] = {}
    for reached in report.golden.reached:
        point = reached.point
        groups.setdefault((point.kind, point.name, point.role, reached.place, reached.why, reached.faults), []).append(reached)
    lines = [f"{count(report.raw_points, 'point')}, {report.points} after reduction"]
    for first, *others in groups.values():
        more = f" and {len(others)} more, to {others[-1].point}" if others else ""
        lines.append(f"  {first.point}{more}  ({first.place}; {first.why})")
        lines.append(f"      {', '.join(str(fault) for fault in first.faults)}")
    return lines


def certificate(report: Report) -> str:
    """What was tried, in one line."""
    parts = ["replayed as it was given"]
    if not report.replayed:
        parts = [f"{report.swept_points} of {count(report.points, 'point')} swept, {count(report.swept, 'fault')}"]
    if report.mode == "real":
        parts += [f"real mode, as {report.why_mode}", report.limits]
    elif report.schedules or report.schedules_exhausted:
        bound = (
            "all with up to 2 preemptions"
            if report.schedules_exhausted
            else f"complete up to {count(report.deviations_complete, 'deviation')}"
        )
        parts.append(f"{count(report.schedules + report.pauses, 'schedule')} ({bound})")
    if report.random_orders:
        parts.append(f"{count(report.random_orders, 'random order')} (n={report.threads}, k={report.choices}, d={DEPTH})")
    if report.combinations:
        parts.append(f"{report.combinations} faults together")
    if report.fault_orders:
        bound = "some" if report.fault_orders_cut else "all with one deviation"
        parts.append(f"{count(report.fault_orders, 'fault')} in another order ({bound})")
    if report.doubts:
        parts.append("best effort: " + next(iter(report.doubts)))
    return "; ".join(parts)


def not_tried(report: Report) -> str:
    """What was left out and which option includes it."""
    if report.replayed:
        return "anything else: this is a replay"
    left = []
    if report.left:
        swept = f"{report.swept_points} of {count(report.points, 'point was', 'points were')} swept"
        left.append(f"{count(report.left, 'fault')} ({swept}; --taskfail-budget raises the limit)")
    if report.combinations_cut:
        left.append(f"faults together after the first {report.combinations} (--taskfail-budget raises the limit)")
    if report.spared:
        left.append(f"{count(report.spared, 'point')} of the test's own code (@pytest.mark.taskfail tries them)")
    if report.unstable:
        left.append(f"{count(len(report.unstable), 'unstable point')}, for instance {report.unstable[0]}")
    if report.mode == "real":
        left.append("other orders in time: real processes run as they like")
    elif not report.schedules_exhausted:
        if report.stories and not any(story.plan or story.schedule for story in report.stories):
            left.append("anything else, as the run without any fault was enough")
        elif report.stories and not any(story.schedule for story in report.stories):
            left.append("other schedules, as a fault was found first")
        elif not report.stories:
            bound = count(report.deviations_complete, "deviation")
            left.append(f"schedules with more than {bound} (--taskfail-budget raises the limit)")
        else:
            left.append("the schedules after the one that was found")
    swept = f"{report.swept_points} of {count(report.points, 'point')}"
    if not left:
        return f"nothing: {swept}, schedules with up to 2 preemptions ({report.schedules + report.pauses})"
    return "; ".join(left)


def smallest(story: Story, report: Report) -> str:
    """How few faults and deviations the finding needs, and how many other experiments give it."""
    faults, deviations = len(story.plan.injections), len(story.schedule.deviations)
    if report.replayed:
        return "as it was given"
    parts = []
    if faults:
        parts.append(f"{count(faults, 'fault')} of {report.swept} tried" if report.swept else count(faults, "fault"))
    if deviations:
        parts.append(f"{count(deviations, 'deviation')} from running each task until it blocks")
    text = ", ".join(parts) or "no fault, no deviation"
    if story.same:
        text += f"; {count(story.same, 'other experiment gives', 'other experiments give')} the same finding"
    return text


def _wrong_value(event: Event) -> str:
    """What a task handed back instead of what; very long values are cut."""
    right = event.note.removeprefix("instead of ")
    return f"{event.task} hands back {_cut(event.name)} instead of {_cut(right)}"


def _cut(value: str) -> str:
    return value if len(value) <= VALUE_MAX else f"{value[:VALUE_MAX]}... ({len(value):,} characters)"
