"""Who has a reference to a task: only locals of the function that made it, or also an object that outlives that?"""

from __future__ import annotations

import asyncio
import collections
import gc
import types
from typing import TYPE_CHECKING, Any

from ..reading import sources
from . import chains, coroutines, siblings

if TYPE_CHECKING:
    from .coroutines import TaskCoroutine

DEPTH_MAX = 6
"""Containers within containers; what is deeper counts as kept."""

_CONTAINERS: tuple[type, ...] = (
    list, tuple, dict, set, frozenset, collections.deque, types.CellType, zip, enumerate, reversed,
    type(iter([])), type(iter(())), type(iter(set())), type(iter({})), type({}.values()), type(iter({}.values())),
    type({}.items()), type(iter({}.items())),
    types.MethodType, asyncio.Queue, getattr(asyncio.tasks, "_AsCompletedIterator", asyncio.Queue),
)  # fmt: skip
"""They are as good as who refers to them. The last two are those of `as_completed`."""


def kept(members: list[TaskCoroutine], parent: TaskCoroutine) -> bool:
    """Whether somebody can still reach one of these tasks.

    A local of the one that made them is no such place: what it does with them will be seen. Nor is one of a function that has
    ended, of which only a traceback knows, nor the loop. Everything else is.
    """
    experiment = parent.experiment
    experiment.searching = True
    try:
        return _is_kept(members, {id(coro) for one in (parent, *members) for coro in _chain(one.coro)})
    finally:
        experiment.searching = False


def _is_kept(members: list[TaskCoroutine], passed: set[int]) -> bool:
    level: list[Any] = [one.asyncio_task for one in members]
    passed |= {id(task) for task in level}
    passed |= {id(level), id(getattr(asyncio.tasks, "_current_tasks", None))}
    for _ in range(DEPTH_MAX):
        above: list[Any] = []
        passed.add(id(above))
        asked = tuple(level)
        passed.add(id(asked))  # Python 3.13 counts what carries the arguments
        referrers = gc.get_referrers(*asked)
        passed.add(id(referrers))
        for thing in referrers:
            if id(thing) in passed or _is_nobody(members, thing):
                continue
            if type(thing) not in _CONTAINERS:
                return True
            passed.add(id(thing))
            above.append(thing)
        if not above:
            return False
        level = above
    return True


def _is_nobody(members: list[TaskCoroutine], thing: Any) -> bool:
    """Frames of functions that have ended, the loop's own, ours, and the `gather` that has failed."""
    if isinstance(thing, (types.FrameType, coroutines.TaskCoroutine, siblings.Group, siblings.Member)):
        return True
    if isinstance(thing, types.FunctionType):
        return members[0].experiment.files.kind(thing.__code__.co_filename) == sources.MACHINERY
    if isinstance(thing, types.BuiltinMethodType):
        return isinstance(thing.__self__, asyncio.Task)
    if isinstance(thing, asyncio.Future):
        return hasattr(thing, "_children") and thing.done()
    return type(thing).__name__ == "TaskStepMethWrapper"


def _chain(coro: Any) -> list[Any]:
    found = []
    while coro is not None and chains.frame_of(coro) is not None:
        found.append(coro)
        coro = getattr(coro, "cr_await", None) or getattr(coro, "gi_yieldfrom", None) or getattr(coro, "ag_await", None)
    return found
