"""The law `retry-storm`, on request: what fails again and again is tried again without a cap, or without any pause.

By itself it is no mistake: a service may well try for ever to reach another. Unless it is asked for it is told as information.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from ..model.faults import Raise
from ..model.findings import RETRY_STORM, Finding
from ..model.points import Point, role_of
from ..model.traces import Injected, Trace
from ..runtime.experiment import REPEATS_MAX

TRIES_MIN = 4
"""Second tries, all of them without a pause, that make a storm: to try once more at once is common and does no harm."""

UNCAPPED_MIN = 20
"""Failures in one task; the world is well again after `REPEATS_MAX`, which tasks may share."""

PAUSES_LOOKED_AT = 6
PAUSE_MIN = 1e-4
"""Seconds. Less passes without a pause too: for a loop that only polls a little time passes, so that it can end."""

Where = tuple[str, str, str]


def retry_storm(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A call that is tried again without a cap, or without a pause, while it fails.

    Compared are how often a task makes the call with the fault and without it: what a task does for each of many things it does
    as often anyway.
    """
    struck = _struck(trace)
    if not struck:
        return
    usual, after = _reached(golden), _reached(trace)
    for where, strikes in struck.items():
        kind, name, task = where
        tries = len(strikes) + after[where] - usual[where]
        if usual[where] == 0 or any(one.another for one in strikes):
            continue
        words = []
        beside = [other for other in struck if other[:2] == (kind, name)]
        if (
            len(strikes) >= UNCAPPED_MIN
            and sum(len(struck[other]) for other in beside) >= REPEATS_MAX
            and all(after[other] >= usual[other] for other in beside)  # nobody gave up
        ):
            words.append(f"tried {name} again until the {len(strikes)} failures were over: no cap ends that, or a high one")
        if tries >= TRIES_MIN and not any(pause > PAUSE_MIN for pause in _pauses(trace, strikes)):
            words.append(f"tried {name} again {tries} times without any pause")
        if words:
            place = str(strikes[0].place)
            yield Finding(RETRY_STORM, tuple(f"{task}  {text} (at {place})" for text in words), place, role_of(task))


def _reached(trace: Trace) -> Counter[Where]:
    """How often each task came to each point where no fault struck."""
    return Counter(_where(one.point) for one in trace.reached)


def _struck(trace: Trace) -> dict[Where, list[Injected]]:
    """What struck every time, by point."""
    found: dict[Where, list[Injected]] = {}
    for one in trace.injected:
        if isinstance(one.fault, Raise) and one.fault.always and one.point.kind == "call":
            found.setdefault(_where(one.point), []).append(one)
    return found


def _where(point: Point) -> Where:
    return point.kind, point.name, point.task


def _pauses(trace: Trace, strikes: list[Injected]) -> list[float]:
    """Seconds of virtual time between the first failures."""
    at = {event.note: event.time for event in trace.events if event.kind == "fault"}
    times = [at[f"@ {one.point}"] for one in strikes[: PAUSES_LOOKED_AT + 1]]
    return [after - before for before, after in itertools.pairwise(times)]
