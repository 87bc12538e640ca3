"""Which kind of fault can happen at which kind of point, where a user names both."""

from __future__ import annotations

from ..errors import PlanError
from ..model.custom import Custom
from ..model.faults import Cancel, Fault, Raise
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
