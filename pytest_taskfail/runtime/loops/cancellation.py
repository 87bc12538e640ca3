"""Cancellation: through whom a task comes to be cancelled, and what it does when that is delivered."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.faults import Cancel
from ...model.traces import Place, Swallowed
from ..reading import handlers, sources
from ..reading.functions import bare
from ..reading.variables import Variables

if TYPE_CHECKING:
    from ..experiment import Experiment
    from .coroutines import TaskCoroutine

_SHIELDS = frozenset({"shield"})
_PRIVATE = frozenset({"wait_for"})
"""asyncio's functions that keep the task they make to themselves: it is cancelled through the task that called them."""

_TURNS = {"acquire": "release", "wait": "notify", "get": "put_nowait"}
"""Methods in which one waits until it is one's turn, with the other one by which such things are known."""


class Canceller:
    """Through whom a task is cancelled: a member of a group through the task that runs the group, for nobody else knows it.

    Args:
        by_gather: whether `gather` made the task: nobody else has a reference to it.
        nobody: whether it is never cancelled.
        task: that is to be cancelled instead; `None` for the task itself.
    """

    __slots__ = ("by_gather", "nobody", "task")

    def __init__(self, task: Any = None, by_gather: bool = False, nobody: bool = False) -> None:
        self.task = task
        self.by_gather = by_gather
        self.nobody = nobody


def canceller(experiment: Experiment, frame: FrameType | None, users_coroutine: bool) -> Canceller:
    """Found from the stack that creates a task.

    Args:
        experiment: the present one.
        frame: the caller of `create_task`.
        users_coroutine: whether the task runs a coroutine of the user's.
    """
    by_library = False
    while frame is not None:
        kind, name = experiment.files.kind(frame.f_code.co_filename), frame.f_code.co_name
        if frame.f_code.co_qualname == "BaseEventLoop._run_once":
            return Canceller(nobody=True)  # the loop made it: the handler of a connection
        if kind in (sources.USER, sources.TEST):
            break
        owner = frame.f_locals.get("self")
        if type(owner).__name__ == "TaskGroup":
            return Canceller(_parent(owner) or asyncio.current_task())
        if kind == sources.MACHINERY:
            if name == "gather":
                return Canceller(by_gather=True)
            if name in _SHIELDS:
                return Canceller(nobody=True)
            if name in _PRIVATE:
                return Canceller(asyncio.current_task())
        by_library = by_library or kind == sources.LIBRARY
        frame = frame.f_back
    return Canceller(nobody=frame is None or (by_library and not users_coroutine))


def _parent(group: Any) -> Any:
    """The task that runs a task group of asyncio or of anyio."""
    parent = getattr(group, "_parent_task", None)
    return parent if parent is not None else getattr(getattr(group, "cancel_scope", None), "_host_task", None)


def is_shielded(task: Any) -> bool:
    """Whether `shield` keeps cancellations from a task."""
    callbacks = getattr(task, "_callbacks", None) or ()
    return any(getattr(entry[0], "__qualname__", "").startswith("shield.") for entry in callbacks)


def note_handle(coroutine: TaskCoroutine) -> None:
    """Whether somebody awaits a task, and so may cancel it; callbacks of the user's only hear of its end."""
    if not coroutine.task.known:
        callbacks = getattr(coroutine.asyncio_task, "_callbacks", None) or ()
        coroutine.task.known = any(_wakes(entry[0]) for entry in callbacks)


def _wakes(callback: Any) -> bool:
    """Whether a callback is one of asyncio's, by which it wakes who awaits a task."""
    callback = bare(callback)
    if isinstance(getattr(callback, "__self__", None), asyncio.Future):
        return True
    return str(getattr(callback, "__module__", None) or type(callback).__module__).partition(".")[0] in ("asyncio", "_asyncio")


def note_line(coroutine: TaskCoroutine, name: str) -> None:
    """Several tasks of one role wait in line for one thing: the first may leave, and the others must be served all the same."""
    experiment, innermost = coroutine.experiment, True
    for frame in reversed(coroutine.frames()):
        thing = Variables(frame).get("self")
        first, innermost = innermost and not experiment.is_users(frame), False
        if thing is None or type(thing).__module__ == "asyncio.queues":
            continue  # it does serve the others; what is not put or got then is missed by the owner only
        if not (_serves_in_turn(thing, frame.f_code.co_name) or (first and type(thing).__name__ != "Barrier")):
            continue  # a condition may make each of its waiters wait for an event of his own
        experiment.lines.setdefault((coroutine.task.role, name, id(thing)), []).append((coroutine.task.path, thing))


def _serves_in_turn(thing: object, method: str) -> bool:
    """Whether this is the waiting of a lock, condition, pool or queue, whoever has written it: others get what one leaves."""
    return callable(getattr(type(thing), _TURNS.get(method, ""), None))


class Delivery:
    """A CancelledError that was thrown into a task.

    Args:
        error: the very exception.
        place: where the task awaited.
        injected: whether it is the fault itself, not the cancellation of a group or scope that the fault has led to.

    `in_group` is set once it has come to the end of a group, which then brings up what its members failed with instead.
    """

    __slots__ = ("error", "found", "in_group", "injected", "place")

    def __init__(self, error: BaseException, place: Place, injected: bool) -> None:
        self.error = error
        self.place = place
        self.injected = injected
        self.found: Swallowed | None = None
        self.in_group = False


def delivered(coroutine: TaskCoroutine, error: BaseException) -> None:
    """A cancellation is about to be thrown into a task."""
    experiment = coroutine.experiment
    if experiment.scheduler.aborting:
        return
    injected = False
    if experiment.fired:
        injection, point, place, known, step = experiment.fired[-1]
        injected = known is None and isinstance(injection.fault, Cancel) and not injection.fault.scope
        if injected:
            experiment.fired[-1] = (injection, point, place, error, step)
    found = None if coroutine.delivery is None else coroutine.delivery.found  # anyio delivers again and again
    coroutine.delivery = Delivery(error, coroutine.place(), injected)
    coroutine.delivery.found = found


def suspended(coroutine: TaskCoroutine) -> None:
    """A task to which a cancellation was delivered waits again: was it taken by a handler that does not know of it?"""
    delivery = coroutine.delivery
    if delivery is None or delivery.found is not None or not coroutine.asyncio_task.cancelling():
        return
    delivery.in_group = delivery.in_group or _in_exit_of_group(coroutine) or _a_member_has_failed(coroutine)
    catcher = _catcher(coroutine.experiment, delivery, coroutine.place() == delivery.place)
    if catcher is None:
        return
    files = coroutine.experiment.files
    own = [frame for frame in coroutine.frames() if files.kind(frame.f_code.co_filename) != sources.MACHINERY]
    if any(handlers.in_recovery(frame.f_code, frame.f_lineno or 0) for frame in own):
        return  # a handler is still at work, of the user or of a library
    delivery.found = Swallowed(coroutine.task.path, delivery.place, catcher, coroutine.place())


def _in_exit_of_group(coroutine: TaskCoroutine) -> bool:
    """Whether a task waits for the members of a group, at the end of that."""
    return any(
        frame.f_code.co_name == "__aexit__" and type(frame.f_locals.get("self")).__name__ == "TaskGroup"
        for frame in coroutine.frames()
    )


def _a_member_has_failed(coroutine: TaskCoroutine) -> bool:
    """Whether a member of a group of this task has failed: a group that has nobody left to wait for brings that up at once."""
    made = [one for one in coroutine.made if one.canceller.task is coroutine.asyncio_task]
    return any(one.task.ended.startswith("ended with") for one in made)


def _catcher(experiment: Experiment, delivery: Delivery, again: bool) -> Place | None:
    """The line whose handler, or `with`, took a cancellation that it does not name; none where that is not certain.

    A handler that names it among ordinary errors is one of these where the task then does `again` what was cancelled.
    A `with` may be the scope whose own cancellation this is, so it is blamed only for the one that was injected, and not where
    a group has had it.
    """
    error, entry = delivery.error, delivery.error.__traceback__
    while entry is not None and experiment.files.kind(entry.tb_frame.f_code.co_filename) == sources.MACHINERY:
        entry = entry.tb_next
    if entry is None:
        return None
    frame = entry.tb_frame
    kinds = handlers.caught_as(frame, entry.tb_lineno, error)
    taken = any(kind in (Exception, BaseException) for kind in kinds)
    taken = taken or (again and any(issubclass(kind, Exception) for kind in kinds))
    by_with = not kinds and delivery.injected and not delivery.in_group
    if not taken and not (by_with and handlers.in_with(frame.f_code, entry.tb_lineno)):
        return None
    return experiment.files.place(frame.f_code.co_filename, entry.tb_lineno, frame.f_code.co_qualname)


def ended(coroutine: TaskCoroutine, error: BaseException) -> None:
    """A task has ended: a handler that took its cancellation, whereupon it went on, has swallowed that."""
    delivery, coroutine.delivery = coroutine.delivery, None
    if delivery is None or delivery.found is None:
        return
    if isinstance(error, asyncio.CancelledError) and not coroutine.experiment.loops_over(coroutine):
        return
    coroutine.experiment.swallowed.append(delivery.found)
