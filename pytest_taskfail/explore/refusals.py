"""Plans that cannot be carried out, in words: a fault that never fires tests nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import PlanError, UnfiredFault
from ..model.custom import Custom
from ..model.faults import Kill
from ..model.plans import Injection, Plan
from ..model.points import Point, Selector, near_names
from ..model.traces import Trace
from .reduce import selected


def refuse_unmatched(selectors: Iterable[str], golden: Trace) -> None:
    """Points that the marker names must be there.

    Raises:
        UnfiredFault: with the points most like the one that was named.
    """
    reached = [one.point for one in golden.reached]
    for text in selectors:
        if not any(selected(Selector.parse(text), point) for point in reached):
            raise UnfiredFault(f"points={text!r} of the taskfail marker matches nothing\n{near_points(text, reached)}")


def near_points(wanted: str, reached: Iterable[Point]) -> str:
    """Lines that name the points most like the wanted one."""
    near = near_names(wanted, [str(point) for point in reached])
    listed = "".join(f"\n    {name}" for name in near) or " none: no task was started"
    return f"  points that were reached:{listed}"


def never_fired(injection: Injection, reached: Sequence[Point]) -> UnfiredFault:
    """What to say of a planned fault that never fired, with the points most like the one that was named."""
    at = injection.at
    if isinstance(injection.fault, Kill) and any(at == one if isinstance(at, Point) else selected(at, one) for one in reached):
        why = "  its point was reached in the test's own process, which is never killed"
    else:
        why = near_points(str(at), reached)
    return UnfiredFault(f"the planned fault never fired: {injection}\n{why}")


def refuse_unfired(unfired: Iterable[Injection], golden: Trace) -> None:
    """A planned fault that never fired is an error.

    Raises:
        UnfiredFault: with the points most like the one that was named.
    """
    for one in unfired:
        raise never_fired(one, [reached.point for reached in golden.reached])


def refuse_custom(plan: Plan) -> None:
    """The effect of a plugin's fault is a function of this process, which the others do not have.

    Raises:
        PlanError: a fault of the plan is a plugin's.
    """
    for one in plan.injections:
        if isinstance(one.fault, Custom):
            raise PlanError(f"'{one}' is a fault of a plugin: those happen under control only, and this test starts processes")
