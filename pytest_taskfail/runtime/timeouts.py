"""What goes wrong in the user's code because a time limit ran out: a fault that raises nothing itself.

Told are only errors that are never right: something was released that had not been got, or the handler of the time-out itself
failed with a programming error. An error that the code handles, or raises to say that the time is up, is none.
"""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

from ..model.faults import Expire, Hold
from ..model.traces import HandlerFailure, Place
from . import exceptions, kept
from .reading import handlers

if TYPE_CHECKING:
    from .experiment import Experiment

_TIME_IS_UP = frozenset({"TimeoutError", "Empty", "Full", "BrokenBarrierError"})


def failures(experiment: Experiment, error: BaseException | None) -> tuple[HandlerFailure, ...]:
    """The failures of user code that a time limit led to.

    Args:
        error: what came out of the test.
    """
    expired = [(point, place) for injection, point, place, *_ in experiment.fired if isinstance(injection.fault, Expire)]
    allowed = all(isinstance(entry[0].fault, Expire | Hold) for entry in experiment.fired)
    if not expired or not allowed:
        return ()
    what, _, function = expired[-1][0].name.partition("@")
    handling = f"the time limit of {what} in {function} that ran out"
    suspects = [(task.path, failure) for task, failure in experiment.errors]
    if error is not None:
        suspects.append((experiment.test.path, error))
    found: dict[int, HandlerFailure] = {}
    for path, failure in suspects:
        for one in exceptions.related(failure):
            where = _innermost_users_line(experiment, one)
            if where is None or id(one) in found:
                continue
            code, line = where
            fails_in_handler = handlers.in_recovery(code, line) and any(_is_from(experiment, one, place) for _, place in expired)
            if exceptions.is_misuse(one) or (isinstance(one, exceptions.PROGRAMMING_ERRORS) and fails_in_handler):
                place = experiment.files.place(code.co_filename, line, code.co_qualname)
                found[id(one)] = HandlerFailure(path, f"{type(one).__name__}: {one}", place, handling)
    return tuple(found.values())


def _is_from(experiment: Experiment, error: BaseException, place: Place) -> bool:
    """Whether an error was raised while the time-out of this line was being handled."""
    for one in exceptions.related(error.__context__):
        for code, line, _ in kept.trail(experiment, one) if type(one).__name__ in _TIME_IS_UP else ():
            if experiment.files.place(code.co_filename, line, code.co_qualname) == place:
                return True
    return False


def _innermost_users_line(experiment: Experiment, error: BaseException) -> tuple[CodeType, int] | None:
    lines = [(code, line) for code, line, _ in kept.trail(experiment, error) if experiment.files.is_users(code)]
    return lines[-1] if lines else None
