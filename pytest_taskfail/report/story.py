"""One finding as a page: the verdict first, because that is what CI shows, then who waits for what, then what they did."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from ..model.findings import Story
from ..model.traces import Event, Trace
from .words import verdict

LINES_MAX = 40
WAITS_MAX = 8
ROWS_MAX = 12
LABEL_MAX = 24
COLUMNS_MAX = 4

Row = tuple[str, str]
"""A label, or nothing below one, and what belongs to it."""


def page(story: Story, rows: Iterable[Row], width: int) -> str:
    """The finding, at most 40 lines.

    Args:
        story: the finding.
        rows: what is to be said below the timeline.
        width: characters in a line that is not one piece.
    """
    told = [line.splitlines()[0].partition("  ") for line in story.finding.lines[:WAITS_MAX]]
    rows = [
        *((_brief(task.strip()), text.strip()) for task, _, text in told),
        *numbered("timeline", _timeline(story, width - 14)),
        *rows,
    ]
    label = min(LABEL_MAX, max((len(name) for name, _ in rows), default=0))
    lines = [verdict(story), *(f"  {name:<{label}}  {text}".rstrip() for name, text in rows)]
    if story.finding.law in ("hang", "livelock"):
        lines.append("  stacks")
        lines += [f"    {line}" for stack in story.trace.stacks[:3] for line in stack.splitlines()[-4:]]
    return "\n".join(lines[:LINES_MAX])


def _brief(path: str) -> str:
    """A task's path; of a task that the same function has started again and again, as timers do, only the first and the last."""
    runs = [(part, len(list(same))) for part, same in itertools.groupby(path.split("/"))]
    return "/".join("/".join([part] * number) if number <= 3 else f"{part}/({number - 2} more)/{part}" for part, number in runs)


def numbered(name: str, lines: Iterable[str]) -> list[Row]:
    """Rows of which the first only has a label."""
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
    yield "".join(f"{head:<{size}}" for head in _heads(columns, size - 1)).rstrip()
    for event in rows:
        text = _cell(event)[: size * 2 - 1]
        yield (" " * (size * columns.index(event.task)) + text).rstrip()


def _heads(columns: list[str], most: int) -> list[str]:
    """What the columns are called: a long path is cut to its last part, where that tells the task from the others."""
    last = [name if len(name) <= most else name.rpartition("/")[2] for name in columns]
    heads = [short if last.count(short) == 1 else name for name, short in zip(columns, last, strict=True)]
    return [head if len(head) <= most else f"..{head[2 - most :]}" for head in heads]


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
        case "held up":
            return f"is held up{line}"
        case "submit":
            return f"starts {event.name}{line}"
        case "signal":
            return f"{event.name}{line}"
    return f"{event.kind} {event.name}{line}"
