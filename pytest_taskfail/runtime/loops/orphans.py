"""Tasks that `gather` made, after one of them has failed: nobody has a reference to the others, and they go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...model.traces import Orphan, Place
from .siblings import coroutine_of

if TYPE_CHECKING:
    from .coroutines import TaskCoroutine


class FailedGroup:
    """What the members of a `gather` that has failed are told.

    Args:
        parent: the coroutine that awaited it.
        place: where it did so.
        failed: path of the task that failed.
    """

    __slots__ = ("failed", "parent", "place", "steps")

    def __init__(self, parent: TaskCoroutine, place: Place, failed: str) -> None:
        self.parent = parent
        self.place = place
        self.failed = failed
        self.steps = parent.steps


def failed(parent: TaskCoroutine, error: BaseException) -> None:
    """What a task awaits has failed; if it is a `gather`, its other members are on their own from now on."""
    children = getattr(parent.awaited, "_children", None)
    if not children or isinstance(error, asyncio.CancelledError) or _by_test(parent):
        return
    members = [member for child in children if (member := coroutine_of(child)) is not None and member.canceller.by_gather]
    culprit = next((m.task.path for m in members if m.task.ended.startswith("ended with")), "")
    group = FailedGroup(parent, parent.place(), culprit)
    for member in members:
        if not member.task.ended:
            member.failed_group = group


def _by_test(parent: TaskCoroutine) -> bool:
    """Whether the test itself awaits it: what goes on when the fault has come out there is the test's untidiness."""
    frame = parent.where()[1]
    return frame is not None and parent.in_test_body(frame)


def goes_on(member: TaskCoroutine) -> None:
    """A member runs on as if nothing had happened, although the one that awaited it has turned to something else."""
    group = member.failed_group
    if group is None or member.asyncio_task is None or member.asyncio_task.cancelling():
        return
    parent = group.parent
    handled = parent.steps > group.steps and (not parent.task.ended or parent.task.ended == "ended")
    if handled and not parent.experiment.loops_over(parent):
        member.failed_group = None
        member.experiment.orphans.append(Orphan(member.task.path, member.place(), parent.task.path, group.place, group.failed))
