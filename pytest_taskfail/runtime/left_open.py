"""Whose untidiness it is that a descriptor was left open: that of the code under test, or that of somebody else.

A test that an exception has left, or that has handled one, need not have closed what it had been given, and who has an object
with the descriptor may close it yet. So only what a function kept to itself counts, in a local variable, when the exception went
through that function.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from . import exceptions, real
from .carriers import DONE
from .descriptors import Seen, Watch

if TYPE_CHECKING:
    from ..model.traces import Opened
    from .experiment import Experiment


GONE_WITHIN = 1.0
"""Seconds of real time."""


def what_is_left(watch: Watch, experiment: Experiment, error: BaseException | None) -> dict[int, tuple[Seen, Opened]]:
    """What the experiment has opened and not closed so far, each with its owner.

    Args:
        watch: what it was seen to open.
        experiment: the one that has ended.
        error: what came out of the test.
    """
    frames = list(_left_frames(experiment, error))
    return {
        number: (seen, seen.opened(seen.by_test or not _kept_to_itself(frames, number, seen)))
        for number, seen in watch.left().items()
    }


def threads_are_gone(experiment: Experiment) -> bool:
    """Waits, in real time, until the threads that have ended have left the interpreter, too: until then they hold what they used.

    Returns:
        Whether they have.
    """
    scheduler = experiment.scheduler
    live = {scheduler.main.ident, *scheduler.freed, *(one.ident for one in scheduler.carriers if one.state is not DONE)}
    ended = {one.ident for one in scheduler.carriers} - live
    until = real.monotonic() + GONE_WITHIN
    while not sys._current_frames().keys().isdisjoint(ended):
        if real.monotonic() > until:
            return False
        real.sleep(1e-4)
    return True


def _left_frames(experiment: Experiment, error: BaseException | None) -> Iterator[FrameType]:
    """The user's frames that exceptions have gone through."""
    errors = [error, *(entry[3] for entry in experiment.fired), *(failure for _, failure in experiment.errors)]
    coroutines = [task.coroutine for task in experiment.tasks if task.coroutine is not None]
    errors += [one.delivery.error for one in coroutines if one.delivery is not None]
    told = set()
    for first in errors:
        for one in exceptions.related(first):
            entry = one.__traceback__
            while entry is not None:
                if id(entry.tb_frame) not in told and experiment.is_users(entry.tb_frame):
                    told.add(id(entry.tb_frame))
                    yield entry.tb_frame
                entry = entry.tb_next


def _kept_to_itself(frames: list[FrameType], number: int, seen: Seen) -> bool:
    """Whether a function that an exception has left had opened it, itself or by a call, and had given it to nobody."""
    holders = [frame for frame in frames if id(frame) in seen.stack and _holds(frame, number)]
    return bool(holders) and not any(_gave_away(frame, number) for frame in holders)


def _own(frame: FrameType) -> Iterator[Any]:
    """The values of the frame's own variables."""
    names = {*frame.f_code.co_varnames, *frame.f_code.co_cellvars}
    yield from (value for name, value in frame.f_locals.items() if name in names)


def _holds(frame: FrameType, number: int) -> bool:
    """Whether a variable of its own is the descriptor, or a pair with it, as `os.pipe` gives."""
    return any(_is(value, number) or (type(value) is tuple and any(_is(one, number) for one in value)) for value in _own(frame))


def _gave_away(frame: FrameType, number: int) -> bool:
    """Whether an object or a collection that the frame knows has the descriptor: it may be that one's to close."""
    named = (frame.f_globals.get(name) for name in frame.f_code.co_names)
    for value in (*_own(frame), *(one for one in named if not isinstance(one, ModuleType))):
        inside = list(value) if isinstance(value, list | set | frozenset) else []
        inside += [*value, *value.values()] if isinstance(value, dict) else []
        inside += _attributes(value)
        if any(_is(one, number) for one in inside):
            return True
    return False


def _attributes(thing: Any) -> list[Any]:
    found = []
    values = getattr(thing, "__dict__", None)
    for value in values.values() if isinstance(values, dict) else ():
        found.append(value)
        if isinstance(value, list | tuple | set):
            found += list(value)
        elif isinstance(value, dict):
            found += [*value, *value.values()]
    names = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return found + [getattr(thing, name, None) for name in names if isinstance(name, str)]


def _is(value: Any, number: int) -> bool:
    return type(value) is int and value == number
