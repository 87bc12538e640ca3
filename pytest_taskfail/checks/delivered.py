"""Delivered: every event reaches every listener as often as promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..model.notes import ATTEMPT, DELIVER, EMIT
from ..model.traces import Trace
from .runs import is_named, listed, nothing, raise_if

__tracebackhide__ = True


def find_undelivered(
    trace: Trace,
    event: str,
    *,
    to: str | Iterable[str] | None = None,
    exactly: int | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
) -> list[str]:
    """Listeners that did not get an event as often as promised, a line each.

    Args:
        trace: what was seen; `observe(emitter)`, or `note("emit", event)` and recorded listeners, tell it.
        event: name of the event.
        to: names of the listeners that must get it; `None`: all that got it at least once.
        exactly, at_least, at_most: how often each of them gets each event that was sent; once where none is given.

    Example:
        >>> sent = [Event("test", "emit", "paid"), Event("test", "deliver", "paid", note="book")]
        >>> find_undelivered(Trace(events=tuple(sent)), "paid", to=["book", "mail"])
        ['mail  0 deliveries of 1 event paid, 1 promised']
    """
    if exactly is None and at_least is None and at_most is None:
        exactly = 1
    sent = _sent(trace, event)
    got = _got(trace, event)
    wanted = list(got) if to is None else [to] if isinstance(to, str) else list(to)
    problems = []
    for listener in wanted:
        count = sum(number for name, number in got.items() if is_named(name, listener))
        count = count or sum(one.kind == ATTEMPT and is_named(one.name, listener) for one in trace.events)
        promised = [(exactly, ""), (at_least, "at least "), (at_most, "at most ")]
        broken = [exactly is not None and count != exactly * sent]
        broken += [at_least is not None and count < at_least * sent, at_most is not None and count > at_most * sent]
        for (promise, words), is_broken in zip(promised, broken, strict=True):
            if is_broken and promise is not None:
                events = f"{sent} event {event}" if sent == 1 else f"{sent} events {event}"
                problems.append(f"{listener}  {_deliveries(count)} of {events}, {words}{promise * sent} promised")
    return problems


def assert_delivered(
    trace: Trace,
    event: str,
    *,
    to: str | Iterable[str] | None = None,
    exactly: int | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
) -> None:
    """Each listener got each event as often as promised: exactly once if nothing else is said.

    Args:
        trace, event, to, exactly, at_least, at_most: as for `find_undelivered`.

    Raises:
        CheckFailed: with a line for each listener; or no such event was sent, or nobody is known to have got it.

    Example:
        >>> sent = [Event("test", "emit", "paid"), Event("test", "deliver", "paid", note="book")]
        >>> assert_delivered(Trace(events=tuple(sent)), "paid", to="book", exactly=1)
    """
    if not _sent(trace, event):
        seen = listed(one.name for one in trace.events if one.kind == EMIT)
        raise nothing(f"no event {event!r} was sent; events that were: {seen}")
    if to is None and not _got(trace, event):
        raise nothing(f"nobody got the event {event!r}; say who must by to=")
    problems = find_undelivered(trace, event, to=to, exactly=exactly, at_least=at_least, at_most=at_most)
    raise_if(problems, f"the event {event!r} was not delivered as often as promised")


def _sent(trace: Trace, event: str) -> int:
    return sum(one.kind == EMIT and one.name == event for one in trace.events)


def _got(trace: Trace, event: str) -> Counter[str]:
    return Counter(one.note for one in trace.events if one.kind == DELIVER and one.name == event)


def _deliveries(count: int) -> str:
    return f"{count} delivery" if count == 1 else f"{count} deliveries"
