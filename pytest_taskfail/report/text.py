"""A finding as text: the verdict first, because that is what CI shows, then who waits for what, then what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..explore.random_orders import DEPTH
from ..explore.results import Report
from ..model.custom import Custom
from ..model.faults import Cancel, Corrupt, Delay, Drop, Duplicate, Expire, Hold, Kill, Pickle, Raise, Twice, name_of_exception
from ..model.findings import Story, title
from ..model.plans import Injection
from ..model.traces import Event, Reached, Trace

WAITS_MAX = 8
ROWS_MAX = 12
LABEL_MAX = 24
COLUMNS_MAX = 4
VALUE_MAX = 200


def verdict(story: Story) -> str:
    """The first line: law, fault, task."""
    law = title(story.finding.law)
    if story.plan:
        when = " and ".join(say(injection) for injection in story.plan.injections)
        with_schedule = ", in another order of threads" if story.schedule else ""
        return f"taskfail: {law} when {when}{with_schedule}"
    if story.schedule and all(re.search(r"!\d", chosen) for _, chosen in story.schedule.deviations):
        return f"taskfail: {law} without any fault, only because the event loop stalls for a moment"
    if story.schedule:
        return f"taskfail: {law} without any fault, only by another order of threads"
    return f"taskfail: {law} without any fault"


def say(injection: Injection) -> str:
    """A fault at a point as a clause of a sentence."""
    fault, at = injection.fault, injection.at
    name = at.name
    task = at.name if at.task is None else at.task
    where = f" in task {task}" if at.kind not in ("start", "end") and at.task is not None else ""
    match fault:
        case Raise():
            kind = name_of_exception(fault.exception).rpartition(".")[2]
            every = " every time" if fault.always else ""
            if at.kind == "start":
                return f"task {task} raises {kind} at its start{every}"
            if at.kind == "end":
                return f"task {task} raises {kind} at its end, its work done"
            if at.kind == "await":
                awaited, _, function = name.partition("@")
                return f"{awaited} raises {kind} while {function} awaits it{where}"
            after = " after its effect" if fault.after else ""
            return f"{name} raises {kind}{after}{every}{where}"
        case Hold():
            what, _, function = name.partition("@")
            ever = (
                " for a while"
                if fault.seconds is None
                else " for ever"
                if fault.seconds == float("inf")
                else f" {fault.seconds:g} s"
            )
            if what == "Barrier":
                return f"task {task} is late{ever} at the Barrier of {function}"
            who = f"task {task} keeps" if fault.seconds is None else "somebody else holds"
            return f"{who} the {what} of {function}{ever}{'' if fault.seconds is None else where}"
        case Expire():
            what, _, function = name.partition("@")
            late = " just as it ends" if fault.late else ""
            return f"the time limit of {what} in {function} runs out{late}{where}"
        case Drop():
            return f"{name.partition('@')[0]} is lost{where}"
        case Duplicate():
            return f"{name.partition('@')[0]} comes twice{where}"
        case Delay():
            return f"{name.partition('@')[0]} comes {fault.seconds:g} s later{where}"
        case Twice():
            return f"task {task} is run twice"
        case Cancel():
            if at.kind == "start":
                return f"task {task} is cancelled before its first step"
            what, _, function = name.partition("@")
            late = ", just as that ends" if fault.late else ", when everybody waits" if fault.at_rest else ""
            return f"task {task} is cancelled while {function} awaits {what}{late}"
        case Corrupt():
            return f"task {task} hands back {_WRONG.get(fault.way, 'a wrong value')}"
        case Kill():
            when = {"start": " at its start", "end": " at its end, its work done"}.get(at.kind, f" in {name}")
            return f"the process that runs task {task} is killed{when}"
        case Pickle():
            return f"the {name} of task {task} cannot be {'decoded' if fault.decode else 'encoded'}"
        case Custom():
            return fault.known.say(at).replace("{argument}", fault.argument)


_WRONG = {
    "empty": "an empty value",
    "negative": "a negative number",
    "huge": "far too much",
    "unicode": "odd characters",
    "missing": "a value with a key missing",
    "inside": "a value with a wrong part",
    "other": "somebody else's value",
}


def render(story: Story, replay: str, report: Report, nodeid: str, width: int = 100) -> str:
    """The whole finding, at most 40 lines.

    Args:
        story: the finding.
        replay: what to give to `--taskfail-replay`, as a shell takes it.
        report: what the finding is part of.
        nodeid: pytest's name of the test.
        width: characters in a line that is not one piece.
    """
    lines = [verdict(story)]
    told = [line.splitlines()[0].partition("  ") for line in story.finding.lines[:WAITS_MAX]]
    timeline = list(_timeline(story, width - 14))
    rows: list[tuple[str, str]] = [(task.strip(), text.strip()) for task, _, text in told]
    rows += _numbered("timeline", timeline)
    rows.append(("smallest", smallest(story, report)))
    rows += _numbered("instead", [_wrong_value(event) for event in story.trace.events if event.kind == "hands back"])
    if report.mode == "real":
        rows += _numbered("real mode", [f"{report.why_mode}; {report.limits}"])
    if report.doubts:
        rows += _numbered("best effort", [f"{doubt}" for doubt in list(report.doubts)[:3]])
    rows.append(("replay", f'pytest "{nodeid}" --taskfail-replay={replay}'))
    rows.append(("not tried", not_tried(report)))
    label = min(LABEL_MAX, max(len(name) for name, _ in rows))
    lines += [f"  {name:<{label}}  {text}".rstrip() for name, text in rows]
    if story.finding.law in ("hang", "livelock"):
        lines.append("  stacks")
        lines += [f"    {line}" for stack in story.trace.stacks[:3] for line in stack.splitlines()[-4:]]
    return "\n".join(lines[:40])


def list_points(report: Report) -> list[str]:
    """The points of a fault-free run and the faults that may happen there; points of equal tasks share a line."""
    if report.why_not:
        return []
    groups: dict[tuple[object, ...], list[Reached]] = {}
    for reached in report.golden.reached:
        point = reached.point
        groups.setdefault((point.kind, point.name, point.role, reached.place, reached.why, reached.faults), []).append(reached)
    lines = [f"{report.raw_points} points, {report.points} after reduction"]
    for first, *others in groups.values():
        more = f" and {len(others)} more, to {others[-1].point}" if others else ""
        lines.append(f"  {first.point}{more}  ({first.place}; {first.why})")
        lines.append(f"      {', '.join(str(fault) for fault in first.faults)}")
    return lines


def certificate(report: Report) -> str:
    """What was tried, in one line."""
    parts = [f"{report.swept_points} of {report.points} points swept, {report.swept} faults"]
    if report.mode == "real":
        parts += [f"real mode, as {report.why_mode}", report.limits]
    elif report.schedules or report.schedules_exhausted:
        bound = (
            "all with up to 2 preemptions"
            if report.schedules_exhausted
            else f"complete up to {report.deviations_complete} deviations"
        )
        parts.append(f"{report.schedules} schedules ({bound})")
    if report.random_orders:
        parts.append(f"{report.random_orders} random orders (n={report.threads}, k={report.choices}, d={DEPTH})")
    if report.combinations:
        parts.append(f"{report.combinations} faults together")
    if report.fault_orders:
        bound = "some" if report.fault_orders_cut else "all with one deviation"
        parts.append(f"{report.fault_orders} faults in another order ({bound})")
    if report.doubts:
        parts.append("best effort: " + next(iter(report.doubts)))
    return "; ".join(parts)


def not_tried(report: Report) -> str:
    """What was left out and which option includes it."""
    if report.replayed:
        return "anything else: this is a replay"
    left = []
    if report.left:
        swept = f"{report.swept_points} of {report.points} points were swept"
        left.append(f"{report.left} faults ({swept}; --taskfail-budget raises the limit)")
    if report.combinations_cut:
        left.append(f"faults together after the first {report.combinations} (--taskfail-budget raises the limit)")
    if report.unstable:
        left.append(f"{len(report.unstable)} unstable points, for instance {report.unstable[0]}")
    if report.mode == "real":
        left.append("other orders in time: real processes run as they like")
    elif not report.schedules_exhausted:
        if report.stories and not any(story.schedule for story in report.stories):
            left.append("other schedules, as a fault was found first")
        elif not report.stories:
            left.append(f"schedules with more than {report.deviations_complete} deviations (--taskfail-budget raises the limit)")
        else:
            left.append("the schedules after the one that was found")
    swept = f"{report.swept_points} of {report.points} points"
    if not left:
        return f"nothing: {swept}, schedules with up to 2 preemptions ({report.schedules})"
    return "; ".join(left)


def _wrong_value(event: Event) -> str:
    """What a task handed back instead of what; very long values are cut."""
    right = event.note.removeprefix("instead of ")
    return f"{event.task} hands back {_cut(event.name)} instead of {_cut(right)}"


def _cut(value: str) -> str:
    return value if len(value) <= VALUE_MAX else f"{value[:VALUE_MAX]}... ({len(value):,} characters)"


def smallest(story: Story, report: Report) -> str:
    """How few faults and deviations the finding needs, and how many other experiments give it."""
    faults, deviations = len(story.plan.injections), len(story.schedule.deviations)
    if report.replayed:
        return "as it was given"
    parts = []
    if faults:
        parts.append(f"{faults} fault{'s' * (faults > 1)} of {report.swept} tried")
    if deviations:
        parts.append(f"{deviations} deviation{'s' * (deviations > 1)} from running each task until it blocks")
    text = ", ".join(parts) or "no fault, no deviation"
    if story.same:
        others = f"{story.same} other experiment{'s' * (story.same > 1)} {'give' if story.same > 1 else 'gives'}"
        text += f"; {others} the same finding"
    return text


def _numbered(name: str, lines: Iterable[str]) -> list[tuple[str, str]]:
    return [(name if number == 0 else "", line) for number, line in enumerate(lines)]


def _timeline(story: Story, width: int) -> Iterable[str]:
    """A column for each task that matters, a row for each thing it did."""
    trace = story.trace
    columns = _columns(story)
    files = _files(story)
    rows = [event for event in trace.events if event.task in columns and _matters(event, files)]
    if not rows:
        return
    fault = next((number for number, event in enumerate(rows) if event.kind == "fault"), None)
    if fault is not None and fault > ROWS_MAX // 2 and len(rows) > ROWS_MAX:
        rows = rows[min(fault - ROWS_MAX // 2, len(rows) - ROWS_MAX) :]
    rows = rows[:ROWS_MAX] if fault is not None else rows[-ROWS_MAX:]
    size = max(12, min(30, width // len(columns)))
    yield "".join(f"{name[-size + 1 :]:<{size}}" for name in columns).rstrip()
    for event in rows:
        text = _cell(event)[: size * 2 - 1]
        yield (" " * (size * columns.index(event.task)) + text).rstrip()


def _columns(story: Story) -> list[str]:
    trace: Trace = story.trace
    wanted = dict.fromkeys([fault.point.task for fault in trace.injected])
    for wait in trace.waits:
        wanted.update(dict.fromkeys([wait.holder, wait.task]))
    wanted.update(dict.fromkeys(line.partition("  ")[0] for line in story.finding.lines))
    if len(wanted) < COLUMNS_MAX:
        wanted.update(dict.fromkeys(event.task for event in trace.events))
    known = {event.task for event in trace.events}
    return [name for name in wanted if name in known][:COLUMNS_MAX]


def _files(story: Story) -> set[str]:
    """The files in which the finding lies: locks that are taken elsewhere do not matter."""
    trace = story.trace
    places = [one.place for one in trace.injected] + [one.place for one in trace.alive]
    places += [place for wait in trace.waits for place in (wait.place, wait.taken)] + [one.taken for one in trace.holdings]
    return {place.file for place in places}


def _matters(event: Event, files: set[str]) -> bool:
    if event.kind == "takes":
        return event.place.file in files
    return event.kind not in ("sleep", "frees", "retakes")


def _cell(event: Event) -> str:
    line = f" :{event.place.line}" if event.place.line else ""
    match event.kind:
        case "fault":
            return f"** {event.name}{line}"
        case "failed":
            return f"ends with {event.note}"
        case "takes":
            return f"takes the lock{line}"
        case "start" | "end":
            return f"{event.kind}s"
        case "cancelled":
            return "ends cancelled"
        case "cancel":
            return f"cancels {event.name}: {event.note}{line}"
        case "submit":
            return f"starts {event.name}{line}"
        case "signal":
            return f"{event.name}{line}"
    return f"{event.kind} {event.name}{line}"
