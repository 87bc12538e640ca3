"""Call points in the process that runs a task, seen as in controlled experiments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..calls import CallProbe

if TYPE_CHECKING:
    from .side import Side


class WorkerProbe(CallProbe):
    """Watches the calls of the task that the calling thread runs.

    Args:
        side: of this process.
        can_fail: which calls are points.
    """

    def __init__(self, side: Side, can_fail: Callable[..., str]) -> None:
        super().__init__(side.files, can_fail)
        self.side = side

    def thread(self) -> Any:
        """The side and the task; nothing for the test itself."""
        task = getattr(self.side.local, "task", None)
        return None if task is None or task.is_test else (self.side, task)

    def world(self) -> Any:
        """The side."""
        return self.side
