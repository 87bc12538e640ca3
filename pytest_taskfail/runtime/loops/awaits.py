"""Says in words what a suspended task of an event loop awaits, and who should have woken it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...model.traces import Place, Wait
from .. import stacks
from ..reading import sources
from ..tasks import Task
from . import looptasks, permits
from .siblings import coroutine_of

if TYPE_CHECKING:
    from ..experiment import Experiment
    from .coroutines import TaskCoroutine

_WORDS = {
    **stacks.WORDS,
    ("Lock", "acquire"): "for {}",
    ("CapacityLimiter", "acquire"): "for a token of {}",
    ("CapacityLimiter", "acquire_on_behalf_of"): "for a token of {}",
    ("StreamReader", "_wait_for_data"): "for data of a stream",
    ("MemoryObjectReceiveStream", "receive"): "for an item of {}",
    ("MemoryObjectSendStream", "send"): "for somebody to take an item of {}",
}
NAMES_MAX = 3


def of_loop(experiment: Experiment, loop: Any) -> tuple[list[Wait], list[str]]:
    """What the tasks of a loop wait for, and their chains of awaits as text."""
    waits, chains = [], []
    for one in looptasks.coroutines_of(experiment, loop):
        if not one.task.ended and one.awaited is not None:
            waits.append(_wait(one))
            lines = [f"{experiment.files.place_of(frame)} in {frame.f_code.co_name}" for frame in one.frames()]
            chains.append("\n".join([one.task.path, *lines]))
    return waits, chains


def main_of(experiment: Experiment, loop: Any) -> str:
    """The path of the task that a loop runs for; empty if it runs for ever."""
    mains = [one.task for one in looptasks.coroutines_of(experiment, loop) if one.is_main and not one.task.ended]
    return mains[-1].path if mains else ""


def _wait(one: TaskCoroutine) -> Wait:
    awaited, place = one.awaited, one.place()
    children = getattr(awaited, "_children", None)
    if isinstance(awaited, asyncio.Task):
        return Wait(one.task.path, f"for {_names([awaited])}", place)
    if children:
        return Wait(one.task.path, f"for {_names(children)}", place)
    found = [wait for frame in one.frames() if (wait := _of_frame(one, frame, place)) is not None]
    if found:
        return found[-1] if found[-1].holder else found[0]
    return Wait(one.task.path, "for a future that nobody completes", place)


def _body(one: TaskCoroutine) -> str:
    """Whose line the body of a test waits at; empty for any other task."""
    users = one.where()[2] if one.is_main else None
    return "" if users is None else one.experiment.files.kind(users.f_code.co_filename)


def _of_frame(one: TaskCoroutine, frame: FrameType, place: Place) -> Wait | None:
    name, thing, files = frame.f_code.co_name, frame.f_locals.get("self"), one.experiment.files
    if name == "_wait" and frame.f_locals.get("fs"):
        return Wait(one.task.path, f"for {_names(frame.f_locals['fs'])}", place)
    if type(thing).__name__ == "TaskGroup" and name == "__aexit__":
        return Wait(one.task.path, f"for the tasks of its group: {_names(getattr(thing, '_tasks', ()))}", place)
    if name == "sleep" and thing is None and files.kind(frame.f_code.co_filename) == sources.MACHINERY:
        return Wait(one.task.path, "for the end of its sleep", place, body=_body(one))
    for kind in type(thing).__mro__ if thing is not None else ():
        words = _WORDS.get((kind.__name__, name))
        if words is not None:
            owner, taken = getattr(thing, "taskfail_owner", None) or (_ended_owner(one.experiment, thing), Place())
            text = words.format(stacks.name_thing(thing, files))
            if owner is None:
                return permits.wait_for(one.experiment, thing, Wait(one.task.path, text, place, body=_body(one)))
            return Wait(one.task.path, text, place, owner.path, owner.ended, taken)
    return None


def _ended_owner(experiment: Experiment, thing: Any) -> Task | None:
    """The task that has ended and is, as a lock or limiter of anyio says, the one that has it."""
    if not type(thing).__module__.startswith("anyio."):
        return None
    told = getattr(thing, "statistics", object)()
    owners = {getattr(getattr(told, "owner", None), "id", None), *map(id, getattr(told, "borrowers", ()))}
    ended = [task for task in experiment.tasks if task.ended and task.coroutine is not None]
    return next((task for task in ended if id(task.coroutine.asyncio_task) in owners), None)


def _names(tasks: Iterable[Any]) -> str:
    """The paths of those that are not done."""
    coros = [coroutine_of(task) for task in tasks if not task.done()]
    names = sorted(coro.task.path for coro in coros if coro is not None)
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    return (", ".join(names[:NAMES_MAX]) + more) or "a future that nobody completes"
