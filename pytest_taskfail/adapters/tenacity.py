"""tenacity: what it is about to do again is told by `before_sleep`, and whatever the user has put there is still called."""

from __future__ import annotations

import inspect
from typing import Any

import tenacity

from ..runtime import noting
from ._names import name_of_callable


def observe(thing: Any, name: str) -> noting.Undo | None:
    """Notes each retry of a decorated function, or of a `Retrying`; returns what ends that."""
    retrying: Any = thing if isinstance(thing, tenacity.BaseRetrying) else getattr(thing, "retry", None)
    if not isinstance(retrying, tenacity.BaseRetrying):
        return None
    before = retrying.before_sleep

    def tell(state: tenacity.RetryCallState) -> None:
        outcome = state.outcome
        error = outcome.exception() if outcome is not None else None
        called = name or (name_of_callable(state.fn) if state.fn is not None else "retry")
        noting.note_retry(called, state.attempt_number, type(error).__name__ if error else "", state.upcoming_sleep)

    if inspect.iscoroutinefunction(before):

        async def tell_async(state: tenacity.RetryCallState) -> None:
            tell(state)
            await before(state)

        retrying.before_sleep = tell_async
    else:

        def tell_both(state: tenacity.RetryCallState) -> None:
            tell(state)
            if before is not None:
                before(state)

        retrying.before_sleep = tell_both

    def undo() -> None:
        retrying.before_sleep = before

    return undo
