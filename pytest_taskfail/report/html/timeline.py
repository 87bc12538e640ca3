"""What the tasks did in the experiment of a finding: a lane for each task, a row for each event, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .markup import code, count, esc

LANES_MAX = 10
ROWS_MAX = 70
WIDTH = 24
"""Of a lane, in pixels."""

MIDDLE = 14
"""Of a row, where its mark stands, in pixels from the top."""

_QUIET = ("sleep",)
_LAST = ("end", "done", "failed", "cancelled")

Event = dict[str, Any]


@dataclass(slots=True)
class Lane:
    """A task's column: whether it has begun, has ended, and which locks it holds."""

    begun: bool = False
    ended: bool = False
    waits: bool = False
    held: list[str] = field(default_factory=list)


def timeline(finding: dict[str, Any]) -> str:
    """The drawing; empty where nothing is known of the experiment."""
    tasks = _tasks(finding)
    rows = [event for event in finding.get("events", ()) if event["task"] in tasks and event["kind"] not in _QUIET]
    waits = [wait for wait in finding.get("waits", ()) if wait["task"] in tasks and wait["place"]]
    if not rows:
        return ""
    others = len({event["task"] for event in finding["events"]} - set(tasks))
    less = [count(others, "task")] if others else []
    less += [count(finding["events_left_out"], "event")] if finding.get("events_left_out") else []
    note = f'<p class="quiet">Left out here: {" and ".join(less)}.</p>' if less else ""
    lanes = {task: Lane() for task in tasks}
    ends = [{"task": one["task"], "kind": "stuck", "name": one["what"], "place": one["place"]} for one in waits]
    last = {event["task"]: number for number, event in enumerate(rows)}
    before_stuck = {last[wait["task"]] for wait in waits if wait["task"] in last}
    shown = _window(rows)
    body: list[str] = []
    before, skipped = None, 0
    for number, event in enumerate([*rows, *ends]):
        line = _drawn(lanes, event, number in before_stuck)
        if number not in shown and number < len(rows):
            skipped += 1
            continue
        if skipped:
            body.append(f'<tr class="gap"><td></td><td></td><td colspan="3">… {count(skipped, "event")} not shown</td></tr>')
            skipped = 0
        time = event.get("time", before)
        body.append(_row(line, event, "" if time == before else f"{time:.4g} s"))
        before = time
    names = "".join(f"<span>{esc(task)}</span>" for task in tasks)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table class="timeline"><thead><tr>'
        f'<th scope="col">time</th><th scope="col" class="names"><div>{names}</div></th>'
        f'<th scope="col">task</th><th scope="col">what</th><th scope="col">where</th></tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>{_key(rows, ends)}{note}"
    )


def _tasks(finding: dict[str, Any]) -> list[str]:
    """The tasks that get a lane: the test, those of the fault and of the waits, then the others as they come."""
    events = finding.get("events", ())
    known = dict.fromkeys(event["task"] for event in events)
    wanted = dict.fromkeys(event["task"] for event in events if event["kind"] == "fault")
    for wait in finding.get("waits", ()):
        wanted.update(dict.fromkeys((wait["holder"], wait["task"])))
    wanted.update(dict.fromkeys(line.partition("  ")[0] for line in finding["evidence"]))
    chosen = [task for task in ("test", *wanted, *known) if task in known]
    chosen = list(dict.fromkeys(chosen))[:LANES_MAX]
    return [task for task in known if task in chosen]


def _window(rows: list[Event]) -> set[int]:
    """The numbers of the rows that are shown."""
    if len(rows) <= ROWS_MAX:
        return set(range(len(rows)))
    part = ROWS_MAX // 3
    fault = next((number for number, event in enumerate(rows) if event["kind"] == "fault"), part)
    middle = range(max(0, fault - part // 2), min(len(rows), fault + part // 2))
    return {*range(part), *middle, *range(len(rows) - part, len(rows))}


# -- the lanes of one row ----------------------------------------------------------------------------------------------


def _drawn(lanes: dict[str, Lane], event: Event, then_stuck: bool) -> str:
    """The lanes beside one event, as SVG; the lanes then stand where they stand after it."""
    task, kind = event["task"], event["kind"]
    columns = {name: number * WIDTH + WIDTH // 2 for number, name in enumerate(lanes)}
    here, other = columns[task], columns.get(event["name"]) if kind in ("submit", "cancel") else None
    parts = [_above(lane, columns[name]) for name, lane in lanes.items()]
    _change(lanes, event, then_stuck)
    parts += [_below(lane, columns[name]) for name, lane in lanes.items()]
    if other is not None and other != here:
        way = 7 if other < here else -7
        parts.append(f'<path class="link" d="M{here},{MIDDLE}H{other + way}"/>')
        parts.append(
            f'<path class="arrow" d="M{other + way},{MIDDLE - 4}L{other + way // 7},{MIDDLE}L{other + way},{MIDDLE + 4}Z"/>'
        )
    parts.append(_mark(kind, here))
    width = len(lanes) * WIDTH
    return f'<svg width="{width}" height="100%" aria-hidden="true">{"".join(parts)}</svg>'


def _change(lanes: dict[str, Lane], event: Event, then_stuck: bool) -> None:
    lane, kind = lanes[event["task"]], event["kind"]
    lane.begun = True
    lane.waits = then_stuck
    if kind == "submit" and event["name"] in lanes:
        lanes[event["name"]].begun = True
    lock = event.get("note", "") or event.get("name", "")
    if kind in ("takes", "retakes"):
        lane.held.append(lock)
    elif kind in ("frees", "gives"):
        lane.held = [one for one in lane.held if one != lock]
    lane.ended = kind in _LAST or kind == "stuck"


def _above(lane: Lane, x: int) -> str:
    return _line(lane, x, "0", str(MIDDLE))


def _below(lane: Lane, x: int) -> str:
    return _line(lane, x, str(MIDDLE), "100%")


def _line(lane: Lane, x: int, top: str, bottom: str) -> str:
    if not lane.begun:
        return ""
    held = f'<line class="held" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>' if lane.held else ""
    if lane.ended:
        return held
    style = "life waits" if lane.waits else "life"
    return f'{held}<line class="{style}" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>'


def _mark(kind: str, x: int) -> str:
    y = MIDDLE
    match kind:
        case "fault":
            return f'<path class="mark fault" d="M{x},{y - 8}L{x + 8},{y}L{x},{y + 8}L{x - 8},{y}Z"/>'
        case "failed" | "cancelled":
            return f'<path class="mark cross" d="M{x - 5},{y - 5}L{x + 5},{y + 5}M{x - 5},{y + 5}L{x + 5},{y - 5}"/>'
        case "end" | "done":
            return f'<rect class="mark end" x="{x - 5}" y="{y - 5}" width="10" height="10" rx="1"/>'
        case "start":
            return f'<circle class="mark start" cx="{x}" cy="{y}" r="5"/>'
        case "stuck":
            return f'<rect class="mark stuck" x="{x - 6}" y="{y - 6}" width="12" height="12" rx="2"/>'
    return f'<circle class="mark" cx="{x}" cy="{y}" r="3.5"/>'


# -- its words ---------------------------------------------------------------------------------------------------------


def _row(lanes: str, event: Event, clock: str) -> str:
    style = {"fault": "fault", "failed": "failed", "cancelled": "failed", "stuck": "stuck"}.get(event["kind"], "")
    return (
        f'<tr class="{style}"><td class="clock">{esc(clock)}</td><td class="lanes">{lanes}</td>'
        f'<th scope="row">{esc(event["task"])}</th><td>{_words(event)}</td><td>{code(event["place"], "place")}</td></tr>'
    )


def _words(event: Event) -> str:
    name, note = event["name"], event.get("note", "")
    match event["kind"]:
        case "fault":
            return f"<strong>fault:</strong> {code(name)}"
        case "failed":
            return f"ends with {code(note)}"
        case "cancelled":
            return "ends cancelled"
        case "submit":
            return f"starts {code(name)}"
        case "cancel":
            return f"cancels {code(name)}: {esc(note)}"
        case "start":
            return "begins"
        case "end":
            return "ends"
        case "takes":
            return f"takes {_lock(event)}"
        case "retakes":
            return f"has {_lock(event)} again"
        case "frees" | "gives":
            return f"gives {_lock(event)} back"
        case "wants":
            return f"wants {_lock(event)}"
        case "signal":
            return code(name)
        case "stuck":
            return f"waits {esc(name)}"
    return f"{esc(event['kind'])} {code(name)}"


def _lock(event: Event) -> str:
    """Its kind, or the line that made it; the number only where the line has made more than one."""
    name = event["name"] or event.get("note", "").removesuffix(" #0")
    return f"the lock {code(name)}" if name else "the lock"


def _key(rows: list[Event], ends: list[Event]) -> str:
    """What the marks mean, those that occur."""
    there = {event["kind"] for event in [*rows, *ends]}
    entries = [
        ("fault", "fault" in there, _mark("fault", 10), "fault"),
        ("start", "start" in there, _mark("start", 10), "begins"),
        ("end", bool(there & {"end", "done"}), _mark("end", 10), "ends"),
        ("failed", bool(there & {"failed", "cancelled"}), _mark("failed", 10), "ends with an exception, or cancelled"),
        ("held", bool(there & {"takes"}), '<line class="held" x1="10" y1="2" x2="10" y2="26"/>', "holds a lock"),
        ("stuck", "stuck" in there, _mark("stuck", 10), "waits for good"),
    ]
    drawn = "".join(
        f'<li><svg width="20" height="28" aria-hidden="true">{mark}</svg> {words}</li>'
        for _, is_there, mark, words in entries
        if is_there
    )
    return f'<ul class="key">{drawn}</ul>'
