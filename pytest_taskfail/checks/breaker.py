"""Breaker: the states of a circuit breaker in their order; a cancellation is no failure."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.notes import BREAKER, COUNTED
from ..model.traces import Event, Trace
from .runs import at, is_named, listed, nothing, raise_if, seconds

__tracebackhide__ = True

CANCELLATIONS = frozenset({"CancelledError", "GeneratorExit"})


def find_breaker_faults(trace: Trace, states: Sequence[str], name: str | None = None) -> list[str]:
    """Where the states of a breaker differ from those that are expected, and cancellations that it counted, a line each.

    Args:
        trace: what was seen.
        states: in their order, the first included: `["closed", "open", "half-open", "closed"]`. A state that is noted again is
            one state.
        name: of the breaker; `None` where there is only one.

    Example:
        >>> states = [Event("test", "breaker", "gateway", note=state) for state in ("closed", "open")]
        >>> find_breaker_faults(Trace(events=tuple(states)), ["closed", "open", "half-open"])
        ['gateway  stayed open after 0 s, did not become half-open']
    """
    problems = []
    seen = _states(trace, name)
    for number, wanted in enumerate(states):
        if number >= len(seen):
            last = seen[-1] if seen else None
            told = f"{last.name}  stayed {last.note} after {seconds(last.time)}, did not become {wanted}" if last else wanted
            problems.append(told)
            break
        if seen[number].note != wanted:
            event = seen[number]
            problems.append(f"{event.name}  became {event.note} after {seconds(event.time)}, not {wanted}{at(event)}")
            break
    else:
        extra = seen[len(states) :]
        problems += [f"{event.name}  became {event.note} after {seconds(event.time)} too{at(event)}" for event in extra]
    for event in trace.events:
        if event.kind == COUNTED and _is(event, name) and event.note.partition(":")[0] in CANCELLATIONS:
            problems.append(f"{event.name}  counted the cancellation of {event.task} as a failure{at(event)}")
    return problems


def assert_breaker(trace: Trace, states: Sequence[str], name: str | None = None) -> None:
    """A circuit breaker went through these states in this order, and counted no cancellation as a failure.

    Args:
        trace: what was seen; `observe(breaker)` or `note("breaker", name, state)` tell it.
        states, name: as for `find_breaker_faults`.

    Raises:
        CheckFailed: with the first state that differs, and what was counted wrongly; or no breaker was observed, or several.

    Example:
        >>> states = [Event("test", "breaker", "gateway", note=state) for state in ("closed", "open")]
        >>> assert_breaker(Trace(events=tuple(states)), ["closed", "open"])
    """
    names = listed(event.name for event in trace.events if event.kind == BREAKER)
    seen = _states(trace, name)
    if not seen:
        raise nothing(f"no state of {'a breaker' if name is None else repr(name)} was seen; breakers that were observed: {names}")
    if name is None and len({event.name for event in seen}) > 1:
        raise nothing(f"there are several breakers, say which by name=: {names}")
    if not states:
        raise nothing("assert_breaker was given no states; write for instance ['closed', 'open']")
    raise_if(find_breaker_faults(trace, states, name), f"the breaker went {' > '.join(event.note for event in seen)}")


def _is(event: Event, name: str | None) -> bool:
    return name is None or is_named(event.name, name)


def _states(trace: Trace, name: str | None) -> list[Event]:
    found: list[Event] = []
    for event in trace.events:
        if (
            event.kind == BREAKER
            and _is(event, name)
            and not (found and found[-1].note == event.note and found[-1].name == event.name)
        ):
            found.append(event)
    return found
