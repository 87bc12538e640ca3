"""Faults as users ask for them: which kind can happen at which kind of point."""

from __future__ import annotations

from ..errors import PlanError
from ..model.custom import Custom
from ..model.faults import Cancel, Fault, Raise, parse_fault
from ..model.plans import Injection
from ..model.points import Point, Selector

LEGAL = {
    "raise": ("submit", "start", "call", "await", "end"),
    "cancel": ("start", "await"),
    "hold": ("acquire",),
    "timer": ("timer",),
    "drop": ("signal",),
    "duplicate": ("signal",),
    "delay": ("submit", "start", "end", "signal"),
    "twice": ("start",),
    "corrupt": ("end",),
}
"""Kind of fault -> kinds of points, in controlled experiments."""


def read(fault: Fault | str, at: str | Selector | Point = "") -> Injection:
    """What a user asks for: a fault, or its text, and where.

    Args:
        fault: what happens; as a text it may name the place, too, as replay lines do.
        at: where.

    Raises:
        PlanError: no such fault or place.
    """
    if isinstance(fault, str) and not at:
        fault, _, at = (part.strip() for part in fault.partition(" @ "))
    if not at:
        raise PlanError(f"inject({str(fault)!r}): it is not said where; give at=..., for instance at='start:fetch#2'")
    try:
        chosen = parse_fault(fault) if isinstance(fault, str) else fault
        where = Selector.parse(at) if isinstance(at, str) else at
    except ValueError as error:
        raise PlanError(str(error)) from None
    if not isinstance(chosen, Fault):
        kind = chosen if isinstance(chosen, type) else type(chosen)
        name = kind.__name__ if issubclass(kind, BaseException) else "OSError"
        raise PlanError(f"inject({chosen!r}): that is no fault; give Raise({name}), or its text, 'raise {name}'")
    return Injection(chosen, where)


def check(fault: Fault, at: Point | Selector) -> None:
    """Refuses a fault that cannot happen at a point.

    Raises:
        PlanError: it cannot; the message says where it can.
    """
    try:
        kinds = fault.known.kinds if isinstance(fault, Custom) else LEGAL.get(fault.kind, ())
    except ValueError as error:
        raise PlanError(str(error)) from None
    if not kinds:
        raise PlanError(f"'{fault}' cannot happen under control: it needs real processes")
    if at.kind not in kinds:
        raise PlanError(f"'{fault}' cannot happen at {at}: it can at the kinds {', '.join(kinds)}")
    if isinstance(fault, Cancel) and fault.scope and at.kind != "await":
        raise PlanError(f"'{fault}' cannot happen at {at}: only a task that awaits something can be in an anyio scope")
    if isinstance(fault, Raise) and fault.after and at.kind != "call":
        raise PlanError(f"'{fault}' cannot happen at {at}: only a call can fail after its effect")
