"""Lets the fault of a plugin happen: its own function, called at the point, outside of every lock of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.custom import Custom
from ..model.faults import Raise
from ..model.points import Point
from .carriers import Abort, Carrier

if TYPE_CHECKING:
    from .experiment import Experiment


def happen(experiment: Experiment, me: Carrier, fault: Custom, point: Point) -> Raise | None:
    """Calls the effect; what it does with the standard library is no point of the test's.

    Returns:
        What it raised, as a fault for whoever reached the point to raise; `None` if it came back.
    """
    number = len(experiment.fired) - 1
    me.depth += 1
    try:
        fault.known.effect(point, fault.argument)
    except Abort:
        raise
    except BaseException as error:
        # Other faults may have fired while the effect slept; whoever raises it next notes it with the last one.
        experiment.fired.append(experiment.fired.pop(number))
        return Raise(error)
    finally:
        me.depth -= 1
    return None
