"""Call points in the process that runs a task, seen as in controlled experiments."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.faults import Raise
from .. import replies
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

    def returned(self, frame: FrameType, value: Any) -> None:
        """A function of the user's returns."""
        side = self.side
        wanted = side.wanted_after.pop(id(frame), None)
        if wanted is None:
            return
        injection, point, _ = wanted
        if injection is None:
            after = replies.lost(side, frame, value, point)
            if after:
                side.replies_get_lost(point, after)
        elif isinstance(injection.fault, Raise):
            raise side.raised(injection.fault)
