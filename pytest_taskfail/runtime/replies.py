"""Calls of what is not the user's that fail after their effect: the reply is lost on its way back.

The caller's frame and the callee name a call that is under way. A Python function is seen to return with its value, anything else
(a function of C, a class) only to return; `sys.monitoring` and, on Python 3.11, `sys.setprofile` tell both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Protocol

from ..model.faults import Fault, Raise
from ..model.plans import Injection
from ..model.points import Point
from .reading import handlers, sources
from .reading.functions import code_of

if TYPE_CHECKING:
    from .experiment import Experiment

_NO_REPLY = 0x20 | 0x80 | 0x200  # generators and coroutines: what is returned is not yet the reply
_REMOTE = frozenset({"smtplib", "ftplib", "http", "urllib", "xmlrpc", "imaplib", "poplib", "socketserver"})
"""Modules of the standard library whose calls have an effect elsewhere: there it can have happened when they fail."""

_PLAIN = (type(None), bool, int, float, complex, str, bytes)


def is_plain(value: Any, depth: int = 3) -> bool:
    """Whether a value is data that holds no handle on anything."""
    if isinstance(value, _PLAIN):
        return True
    if depth and isinstance(value, tuple | list | set | frozenset):
        return all(is_plain(item, depth - 1) for item in value)
    if depth and isinstance(value, dict):
        return all(is_plain(k, depth - 1) and is_plain(v, depth - 1) for k, v in value.items())
    return False


class World(Protocol):
    """What both worlds know: a controlled experiment, and a process's side of a real one."""

    files: sources.Sources
    reached: dict[Point, tuple[Any, str, tuple[Fault, ...]]]


def lost(world: World, frame: FrameType, value: Any, point: Point) -> tuple[Fault, ...]:
    """How the call at this point may also fail now that a function of the user's returns: its effect has happened.

    Only where no handle is lost with the reply.
    """
    if not (is_plain(value) and point in world.reached and can_get_lost(world, frame, point)):
        return ()
    return lost_replies(world.reached[point][2], frame.f_code, frame.f_globals)


def lost_replies(faults: Sequence[Fault], code: CodeType | None, names: Mapping[str, Any]) -> tuple[Fault, ...]:
    """The exceptions among these faults, after the effect; without those by which what is called says that nothing was done."""
    refused = [] if code is None else handlers.types_refused(code, names)
    once = [fault.exception for fault in faults if isinstance(fault, Raise) and not fault.always]
    return tuple(Raise(kind, after=True) for kind in once if kind not in refused)


def can_get_lost(world: World, frame: FrameType, point: Point) -> bool:
    """Whether a function of the user's that has returned could have failed just then.

    A stand-in for the outside world could. Production code does not fail by itself behind its last line: it can only if it
    has made a call that can fail and whose own reply is not tried.
    """
    if world.files.kind(frame.f_code.co_filename) == sources.TEST:
        return True
    for inner in reversed(world.reached):
        if inner == point:
            return False
        if inner.kind == "call" and inner.task == point.task:
            faults = world.reached[inner][2]
            if not any(isinstance(fault, Raise) and fault.after for fault in faults):
                return True
    return False


def has_called(world: World, point: Point) -> bool:
    """Whether the task has made a call that can fail since it was at this point."""
    for inner in reversed(world.reached):
        if inner == point:
            return False
        if inner.kind == "call" and inner.task == point.task:
            return True
    return False


def expect(experiment: Experiment, caller: FrameType, callee: Any, injection: Injection | None, point: Point) -> bool:
    """Waits for the return of a call that is about to be made; whether that can be seen.

    Args:
        caller: the user's frame that calls.
        injection: the fault that is to happen then; `None` to learn whether the reply is plain data.
    """
    code = code_of(callee)
    if code is not None and code.co_flags & _NO_REPLY:
        return False
    if injection is None and (code is None or not _is_far(experiment, callee, code)):
        return False  # what C returns is not to be seen, and what this machine does has no effect when it fails
    experiment.wanted_reply[id(caller)] = injection, point, caller, code
    return True


def returned(experiment: Experiment | None, caller: FrameType | None, code: CodeType | None, value: Any) -> None:
    """Something that is not the user's returns to this frame.

    Raises:
        BaseException: the planned one.
    """
    wanted = None if experiment is None else experiment.wanted_reply.get(id(caller))
    if experiment is None or wanted is None or wanted[2] is not caller or wanted[3] is not code:
        return
    del experiment.wanted_reply[id(caller)]
    injection, point = wanted[:2]
    if injection is not None:
        assert isinstance(injection.fault, Raise)
        raise experiment.raised(injection.fault)
    if is_plain(value) and point in experiment.reached:
        experiment.replies_get_lost(point, lost_replies(experiment.reached[point][2], None, {}))


def raised(experiment: Experiment | None, caller: FrameType) -> None:
    """What is no Python function has raised: there is no reply that could be lost."""
    if experiment is not None:
        experiment.wanted_reply.pop(id(caller), None)


def _is_far(experiment: Experiment, callee: Any, code: CodeType) -> bool:
    if experiment.files.kind(code.co_filename) == sources.LIBRARY:
        return True
    return str(getattr(callee, "__module__", "") or "").partition(".")[0] in _REMOTE
