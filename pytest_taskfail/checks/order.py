"""Order: steps came one after the other, those of a set in any order."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.points import role_of
from ..model.traces import Event, Trace
from .runs import nothing, raise_if

__tracebackhide__ = True


def find_disorder(trace: Trace, steps: Sequence[str | set[str]]) -> list[str]:
    """The first step that did not come after the ones before it; empty if all came in order.

    Args:
        trace: what was seen.
        steps: texts like `start:fetch#0`, `end:fetch#0`, `failed:fetch#1`, `cancel:fetch#2`, `signal:Event.set`,
            `effect:charge`; a set of them may come in any order.

    Example:
        >>> trace = Trace(events=(Event("fetch#0", "start", "fetch"), Event("fetch#0", "end", "fetch")))
        >>> find_disorder(trace, ["end:fetch#0", "start:fetch#0"])
        ['start:fetch#0  came too early']
    """
    position = 0
    for step in steps:
        wanted = {step} if isinstance(step, str) else set(step)
        last = position
        for one in sorted(wanted):
            found = next((n for n in range(position, len(trace.events)) if _is_step(trace.events[n], one)), None)
            if found is None:
                before = any(_is_step(event, one) for event in trace.events)
                return [f"{one}  " + ("came too early" if before else "did not come")]
            last = max(last, found + 1)
        position = last
    return []


def assert_order(trace: Trace, steps: Sequence[str | set[str]]) -> None:
    """These steps came in this order, others between them.

    Args:
        trace: what was seen.
        steps: as for `find_disorder`.

    Raises:
        CheckFailed: with the first step that did not; or no step was given.

    Example:
        >>> trace = Trace(events=(Event("fetch#0", "start", "fetch"), Event("fetch#0", "end", "fetch")))
        >>> assert_order(trace, ["start:fetch#0", "end:fetch#0"])
    """
    if not steps:
        raise nothing("assert_order was given no steps; write for instance ['start:fetch#0', 'end:fetch#0']")
    raise_if(find_disorder(trace, steps), "the order is not kept")


def _is_step(event: Event, step: str) -> bool:
    kind, _, name = step.partition(":")
    return event.kind == kind and name in (event.task, event.name, role_of(event.task))
