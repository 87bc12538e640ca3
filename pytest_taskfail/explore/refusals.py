"""Plans that cannot be carried out, in words: a fault that never fires tests nothing."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import PlanError, UnfiredFault
from ..model.custom import Custom
from ..model.plans import Injection, Plan
from ..model.points import near_names
from ..model.traces import Trace


def near_points(wanted: str, golden: Trace) -> str:
    """Lines that name the points most like the wanted one."""
    near = near_names(wanted, [str(one.point) for one in golden.reached])
    listed = "".join(f"\n    {name}" for name in near) or " none: the test starts no task"
    return f"  points that were reached:{listed}"


def refuse_unfired(unfired: Iterable[Injection], golden: Trace) -> None:
    """A planned fault that never fired is an error.

    Raises:
        UnfiredFault: with the points most like the one that was named.
    """
    for one in unfired:
        raise UnfiredFault(f"the planned fault never fired: {one}\n{near_points(str(one.at), golden)}")


def refuse_custom(plan: Plan) -> None:
    """The effect of a plugin's fault is a function of this process, which the others do not have.

    Raises:
        PlanError: a fault of the plan is a plugin's.
    """
    for one in plan.injections:
        if isinstance(one.fault, Custom):
            raise PlanError(f"'{one}' is a fault of a plugin: those happen under control only, and this test starts processes")
