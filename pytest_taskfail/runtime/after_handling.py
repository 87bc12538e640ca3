"""Functions that have taken an exception and then stumble over what they have not got because of it.

`except OSError: pass` leaves a variable without a value, or an attribute. The lines behind it, or the `finally` below it, fail
with an `UnboundLocalError` or its like: the handler has not done its work, although it has ended by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import exceptions, kept
from .reading import handlers

if TYPE_CHECKING:
    from .experiment import Experiment


def handled_before(experiment: Experiment, task: str, error: BaseException) -> BaseException | None:
    """The injected exception that the function had taken whose own line has failed with this programming error.

    Args:
        experiment: that has ended.
        task: that has ended with the error.
        error: a programming error.
    """
    steps = [step for step in kept.trail(experiment, error) if experiment.files.is_users(step[0])]
    if not steps or handlers.raises_at(steps[-1][0], steps[-1][1]):
        return None
    stumbled = steps[-1][0]
    for _, point, _, fault, _ in experiment.fired:
        if fault is None or point.task != task or any(one is fault for one in exceptions.related(error)):
            continue
        passed = [step for step in kept.trail(experiment, fault) if experiment.files.is_users(step[0])]
        if passed and passed[0][0] is stumbled and handlers.catches(*passed[0], fault):
            return fault
    return None
