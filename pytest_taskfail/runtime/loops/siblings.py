"""Tasks that one task has made in order to wait for them, after it was thrown out of that: do they go on for nobody?

That is certain only at the end: nobody has touched them again, and nobody had a reference to them when the one that had made
them turned to something else.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import weakref
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.traces import Orphan, Place
from .. import control
from ..reading import sources
from . import references

if TYPE_CHECKING:
    from ..experiment import Experiment
    from .coroutines import TaskCoroutine

_AWAITING = frozenset({"gather", "create_task"})
"""asyncio's functions by which a task that adds a callback to another one waits for its end; the last is that of a group."""

_COMPLETED = frozenset({"as_completed.<locals>._on_completion", "_AsCompletedIterator._handle_completion"})
"""The callbacks of `as_completed`: they stay when nobody goes through it any more."""

_OF_LOOP = frozenset({"_run_once", "_cancel_all_tasks"})
"""Those in which a loop touches tasks by itself."""


class Group:
    """What one task was thrown out of, and the other tasks that it has made.

    Args:
        parent: the task.
        how: `gather` or `await`: of what failed; `cancelled`: it was cancelled.
        failed: path of the task that failed.
        members: those that were not done.
        place: where that was.
    """

    def __init__(self, parent: TaskCoroutine, how: str, failed: str, members: list[TaskCoroutine], place: Place) -> None:
        self.parent = parent
        self.how = how
        self.failed = failed
        self.place = place
        self.steps = parent.steps
        self.members = [Member(self, one) for one in members]
        self.handled = False
        self.over = False


class Member:
    """One of them.

    A step that was due already when the group failed is not held against it.
    """

    __slots__ = ("dismissed", "due", "group", "one", "went_on")

    def __init__(self, group: Group, one: TaskCoroutine) -> None:
        self.group = group
        self.one = one
        self.went_on: Place | None = None
        self.dismissed = False
        awaited = one.awaited
        self.due = awaited is None or (isinstance(awaited, asyncio.Future) and awaited.done())
        one.member = self
        one.asyncio_task.__class__ = WatchedTask


class OrderedTask(asyncio.Task[Any]):
    """A task whose hash is its number: groups and `wait` walk sets of tasks, and replay needs them in one order."""

    __qualname__ = "Task"  # in the logs of users

    def __hash__(self) -> int:
        return self._coro_number

    _coro_number = 0

    def __await__(self) -> Any:
        _awaited(self)
        _collected(self)
        return super().__await__()

    def result(self) -> Any:
        _awaited(self)
        _collected(self)
        return super().result()

    def add_done_callback(self, fn: Any, *, context: Any = None) -> None:
        if sys._getframe(1).f_code.co_name in _AWAITING:
            _awaited(self)
        super().add_done_callback(fn, context=context)

    def remove_done_callback(self, fn: Any) -> int:
        if sys._getframe(1).f_code.co_name == "_wait" and asyncio.Task.done(self):
            _awaited(self)
        return super().remove_done_callback(fn)

    def cancel(self, msg: Any = None) -> bool:
        experiment, coro = control.active, coroutine_of(self)
        if experiment is not None and coro is not None and experiment.is_users(sys._getframe(1)):
            coro.task.owned = True
        return super().cancel(msg)


def belongs(task: Any, coro: TaskCoroutine) -> None:
    """Notes what runs in a task."""
    with contextlib.suppress(AttributeError):  # a class of the user's with slots
        task._coro_wrapped = coro


def coroutine_of(task: Any) -> TaskCoroutine | None:
    """What runs in a task that was made in an experiment; `get_coro` of an eager task that is over is nothing, and before Python
    3.12.5 ends the process (https://github.com/python/cpython/issues/122332)."""
    if not isinstance(task, asyncio.Task):
        return None
    own: Any = getattr(task, "_coro_wrapped", None)
    if own is None and not asyncio.Task.done(task):
        own = task.get_coro()
    return own if hasattr(own, "canceller") else None


class WatchedTask(OrderedTask):
    """One whose group has failed: whoever touches it looks after it. A cancelled `wait` takes its callback back: no touch."""

    __qualname__ = "Task"

    def __await__(self) -> Any:
        _touched(self)
        return super().__await__()

    def add_done_callback(self, fn: Any, *, context: Any = None) -> None:
        _touched(self)
        super().add_done_callback(fn, context=context)

    def cancel(self, msg: Any = None) -> bool:
        _touched(self)
        return super().cancel(msg)

    def done(self) -> bool:
        _touched(self)
        return super().done()

    def cancelled(self) -> bool:
        _touched(self)
        return super().cancelled()

    def result(self) -> Any:
        _touched(self)
        return super().result()

    def exception(self) -> BaseException | None:
        _touched(self)
        return super().exception()


def _awaited(task: OrderedTask) -> None:
    """Notes who waits for whom: of one that waits for a task in the fault-free run it is known that it wants to."""
    experiment = control.active
    if experiment is None:
        return
    parent = asyncio.current_task(task.get_loop())
    me, other = coroutine_of(parent), coroutine_of(task)
    if me is not None and other is not None:
        experiment.joined.setdefault((me.task.path, other.task.path))


def _touched(task: WatchedTask) -> None:
    member = getattr(coroutine_of(task), "member", None)
    experiment = control.active
    if experiment is not None and member is not None and not member.dismissed:
        member.dismissed = _by_program(experiment, sys._getframe(2))


def _by_program(experiment: Experiment, frame: FrameType | None) -> bool:
    """Whether a stack leads to the program, not to the loop."""
    while frame is not None:
        if experiment.files.kind(frame.f_code.co_filename) != sources.MACHINERY:
            return True
        if frame.f_code.co_name in _OF_LOOP:
            return False
        frame = frame.f_back
    return True


# ---------------------------------------------------------------------- what happens to them


def thrown_out(parent: TaskCoroutine, error: BaseException) -> None:
    """A task is about to be thrown out of what it awaits, by a failure or by its own cancellation."""
    experiment, awaited = parent.experiment, parent.awaited
    if experiment.scheduler.aborting or not parent.is_users or experiment.loops_over(parent):
        return
    children = getattr(awaited, "_children", None)
    watched = 0
    if isinstance(error, asyncio.CancelledError):
        _excuse(parent)
        how, failed, waits = "cancelled", "", _waits_for(parent)
        if not waits and not children and not isinstance(awaited, asyncio.Task):
            return
        cancelled_too: list[Any] = list(children or (awaited,))
        others = waits or [one for one in parent.made if one.asyncio_task not in cancelled_too]
        watched = int(bool(waits))
    elif children:
        how, watched = "gather", 1
        others = [coro for child in children if (coro := coroutine_of(child)) is not None]
        failed = next((one.task.path for one in others if one.task.ended.startswith("ended with")), "")
    elif isinstance(awaited, asyncio.Task):
        how, others = "await", parent.made
        failed = getattr(getattr(coroutine_of(awaited), "task", None), "path", "")
    else:
        return
    _group(parent, how, failed, others, watched, parent.place())


def _collected(task: OrderedTask) -> None:
    """A task takes what another one, which it has made and which has failed before, has come to."""
    experiment = control.active
    if experiment is None or not asyncio.Task.done(task) or asyncio.Task.cancelled(task) or task._exception is None:
        return
    failed, parent = coroutine_of(task), coroutine_of(asyncio.current_task(task.get_loop()))
    if failed is None or parent is None or failed not in parent.made or not parent.is_users or experiment.scheduler.aborting:
        return
    if not experiment.loops_over(parent):
        _, frame = experiment.locate(sys._getframe(2))
        place = parent.place() if frame is None else experiment.files.place_of(frame)
        _group(parent, "await", failed.task.path, parent.made, 0, place)


def _group(parent: TaskCoroutine, how: str, failed: str, others: list[TaskCoroutine], watched: int, place: Place) -> None:
    members = [one for one in others if _may_be_lost(one, watched)]
    if members:
        parent.groups.append(Group(parent, how, failed, members, place))


def _excuse(parent: TaskCoroutine) -> None:
    """Who is cancelled before he could look after his own is not blamed for those that are still at work."""
    for group in parent.groups:
        for member in group.members:
            member.dismissed = member.dismissed or not member.one.task.ended


def _waits_for(parent: TaskCoroutine) -> list[TaskCoroutine]:
    """The tasks for which a task is in `asyncio.wait`, which cancels none of them when it is cancelled itself."""
    frames = parent.frames()
    if not frames or frames[-1].f_code.co_name != "_wait" or parent.experiment.is_users(frames[-1]):
        return []
    return [coro for task in frames[-1].f_locals.get("fs", ()) if (coro := coroutine_of(task)) is not None]


def _may_be_lost(one: TaskCoroutine, watched: int) -> bool:
    """Whether a task is at work, is an ordinary one of the user's, and nobody else is told of its end.

    Args:
        one: the task.
        watched: how many callbacks it has because of what its parent was thrown out of.
    """
    task, canceller = one.asyncio_task, one.canceller
    if type(task) is not OrderedTask or one.task.ended or not one.is_users or one.task.by_test or task.cancelling():
        return False
    if canceller.nobody or canceller.by_gather or canceller.task is not None:
        return False
    callbacks = [callback for callback, _ in getattr(task, "_callbacks", None) or ()]
    told = [one for one in callbacks if getattr(one, "__qualname__", "") not in _COMPLETED]
    return len(told) == watched and weakref.getweakrefcount(task) <= 1


def turned(parent: TaskCoroutine, ended: bool) -> None:
    """A task that was thrown out of something waits for something else, or has ended."""
    for group in parent.groups:
        group.handled = group.handled or (parent.task.ended == "ended" if ended else group.how != "cancelled")
        suspects = [member for member in group.members if member.went_on is not None and not member.dismissed]
        if ended and suspects:
            _dismiss_kept(group, suspects)


def goes_on(member: Member) -> None:
    """A member takes a step."""
    if member.due:
        member.due = False
        return
    if member.went_on is not None or member.dismissed or member.group.parent.steps == member.group.steps:
        return
    if not member.one.asyncio_task.cancelling() and not member.one.experiment.loops_over(member.one):
        member.went_on = member.one.place()
        _dismiss_kept(member.group, [member])


def _dismiss_kept(group: Group, suspects: list[Member]) -> None:
    """Whom somebody else has a reference to is not lost; nor, to be careful, are the other suspects then."""
    if references.kept([member.one for member in suspects], group.parent):
        for member in suspects:
            member.dismissed = True


def loop_returned(experiment: Experiment, coroutines: list[TaskCoroutine], well: bool) -> None:
    """What a loop ran for has ended: who has not ended by now could still have looked after his own.

    Args:
        experiment: the present one.
        coroutines: those of the loop.
        well: whether it has ended well.
    """
    for one in coroutines:
        for group in one.groups:
            group.over = group.over or (bool(one.task.ended) and (well or group.handled))


def orphans(experiment: Experiment) -> list[Orphan]:
    """The members that went on and that nobody has looked after."""
    found = []
    for task in experiment.tasks:
        for group in [] if task.coroutine is None else task.coroutine.groups:
            for member in group.members:
                if group.over and not member.dismissed and member.went_on is not None:
                    parent = group.parent.task.path
                    found.append(Orphan(member.one.task.path, member.went_on, parent, group.place, group.failed, group.how))
    return found
