"""Idempotent: an effect happens at most once for each key, however often it is tried, killed or delivered."""

from __future__ import annotations

from ..model.counts import count
from ..model.notes import EFFECT
from ..model.traces import Event, Trace
from .runs import at, is_named, listed, names_seen, nothing, raise_if, recorded, seconds

__tracebackhide__ = True


def find_repeated(trace: Trace, name: str, *, at_most: int = 1, at_least: int = 0) -> list[str]:
    """Keys whose effect happened too often, or not often enough, a line each with all its times.

    Args:
        trace: what was seen; after several experiments on one world (a crash and a recovery) their events in one trace.
        name: of the recorded function.
        at_most: how often the effect may happen for each key.
        at_least: how often it must; 1 if no key that was tried may be lost.

    Example:
        >>> effect = Event("pay#0", "effect", "charge", note="7", time=2.0)
        >>> find_repeated(Trace(events=(effect, effect._replace(task="pay#1", time=4.0))), "charge")
        ['key 7  2 effects: pay#0 after 2 s, pay#1 after 4 s']
    """
    effects: dict[str, list[Event]] = {run.key: [] for run in recorded(trace, name)}
    for event in trace.events:
        if event.kind == EFFECT and is_named(event.name, name):
            effects.setdefault(event.note, []).append(event)
    problems = []
    for key, events in effects.items():
        times = ", ".join(f"{event.task} after {seconds(event.time)}{at(event)}" for event in events)
        if len(events) > at_most:
            problems.append(f"key {key}  {len(events)} effects: {times}")
        elif len(events) < at_least:
            problems.append(f"key {key}  {_count(len(events))}, at least {at_least} promised" + (f": {times}" if times else ""))
    return problems


def assert_idempotent(trace: Trace, name: str, *, at_most: int = 1, at_least: int = 0) -> None:
    """The effect of a recorded function happened at most once for each key.

    Args:
        trace: what was seen.
        name: of the function, recorded by `record(function, key=...)`.
        at_most, at_least: as for `find_repeated`.

    Raises:
        CheckFailed: with each key whose effect was repeated or lost; or the function was not recorded, or without a key.

    Example:
        >>> tried = Event("pay#0", "attempt", "charge", note="7")
        >>> assert_idempotent(Trace(events=(tried, Event("pay#0", "effect", "charge", note="7"))), "charge", at_least=1)
    """
    effects = [event for event in trace.events if event.kind == EFFECT and is_named(event.name, name)]
    calls = recorded(trace, name)
    if not effects and not calls:
        seen = listed(event.name for event in trace.events if event.kind == EFFECT)
        raise nothing(f"no call of {name!r} was recorded; effects that were: {seen}; what ran: {names_seen(trace)}")
    if not effects and not at_least:
        raise nothing(f"{name!r} has had no effect, so none can have been repeated; calls: {len(calls)}")
    if any(not event.note for event in effects) or any(not run.key for run in calls):
        raise nothing(f"{name!r} is recorded without a key; say what is one effect: record({name}, key=lambda order: order)")
    wanted = "exactly" if at_least == at_most else "at most" if not at_least else f"{at_least} to"
    raise_if(
        find_repeated(trace, name, at_most=at_most, at_least=at_least),
        f"the effect of {name!r} must happen {wanted} {_times(at_most)} for each key",
    )


def _count(number: int) -> str:
    return count(number, "effect") if number else "no effect"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
