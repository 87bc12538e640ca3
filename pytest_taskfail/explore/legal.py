"""Which kind of fault can happen at which kind of point, where a user names both."""

from __future__ import annotations

from ..errors import PlanError
from ..model.faults import Fault, Raise
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
}
"""Kind of fault -> kinds of points, in controlled experiments."""


def check(fault: Fault, at: Point | Selector) -> None:
    """Refuses a fault that cannot happen at a point.

    Raises:
        PlanError: it cannot; the message says where it can.
    """
    if fault.kind not in LEGAL:
        raise PlanError(f"'{fault}' cannot be placed by hand yet: it happens in real experiments, from a sweep or a replay line")
    if at.kind not in LEGAL[fault.kind]:
        raise PlanError(f"'{fault}' cannot happen at {at}: it can at the kinds {', '.join(LEGAL[fault.kind])}")
    if isinstance(fault, Raise) and fault.after and at.kind != "call":
        raise PlanError(f"'{fault}' cannot happen at {at}: only a call can fail after its effect")
