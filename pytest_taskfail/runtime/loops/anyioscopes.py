"""The anyio scope that a task is in: cancelled as a whole, as its owner may at any time."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .coroutines import TaskCoroutine


def cancel(coroutine: TaskCoroutine) -> None:
    """Cancels the innermost scope of the task that is taking a step, before anything else happens.

    Where it is in none nothing happens, and the fault waits for the next such point.
    """
    scope = innermost()
    if scope is None or scope.cancel_called:
        coroutine.experiment.take_back()
        return
    loop: Any = coroutine.asyncio_task.get_loop()
    loop._ready.appendleft(asyncio.Handle(scope.cancel, (), loop))


def innermost() -> Any:
    """The scope of the present task: one that is entered for a moment knows which it is in."""
    anyio = sys.modules.get("anyio")
    if anyio is None:
        return None
    with anyio.CancelScope() as probe:
        return getattr(probe, "_parent_scope", None)
