"""Files, sockets and pipes that are open: which there are, and where an experiment has opened those that it leaves behind.

Which are open is read from the operating system before and after each experiment; where it does not say, nothing is said.
Where one was opened is seen by `Watch` only, which replaces the functions that open. It is on in experiments that are made
again because something was left open.
"""

from __future__ import annotations

import _io
import builtins
import contextlib
import functools
import io
import os
import socket
import stat
import sys
import types
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple

from ..model.traces import Opened, Place
from . import control, kept
from .reading import sources

FOLDER = next((folder for folder in ("/proc/self/fd", "/dev/fd") if os.path.isdir(folder)), "")
"""Where the operating system lists what this process has open."""

Identity = tuple[int, int, int]
"""Device, inode and mode of what a descriptor stands for."""

_OPENERS: tuple[tuple[Any, str], ...] = (
    *((module, "open") for module in (builtins, io, _io, os)),
    *((os, name) for name in ("pipe", "pipe2", "dup", "openpty", "eventfd", "memfd_create") if hasattr(os, name)),
    (socket.socket, "__init__"),
)
"""What opens descriptors. Databases and other libraries in C do so by themselves, and look after them by themselves."""


def identity_of(number: int) -> Identity | None:
    """What a descriptor stands for; none if it is closed."""
    try:
        state = os.fstat(number)
    except OSError:
        return None
    return state.st_dev, state.st_ino, state.st_mode


def open_now() -> frozenset[int]:
    """The number of everything that is open; none where the system does not say. Quick, as each experiment asks twice."""
    try:
        listing = os.open(os.devnull, os.O_RDONLY)  # the lowest free number: the one that the listing itself takes next
        os.close(listing)
        return frozenset(map(int, os.listdir(FOLDER))) - {listing}
    except OSError:
        return frozenset()


def new_since(before: frozenset[int]) -> tuple[Opened, ...]:
    """What is open now and was not then."""
    new = sorted(open_now() - before) if before else ()
    known = map(identity_of, new)
    return tuple(Opened(kind_of(one)) for one in known if one is not None)


def kind_of(one: Identity) -> str:
    """A descriptor in words."""
    mode = one[2]
    if stat.S_ISSOCK(mode):
        return "a socket"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a file" if stat.S_ISREG(mode) else "a folder" if stat.S_ISDIR(mode) else "a descriptor"


class Seen(NamedTuple):
    """A descriptor that was seen being opened.

    Args:
        one: what it stands for.
        task: path of the task.
        place: the user's line.
        by_test: whether the test's own body opened it.
        stack: identities of the user's frames at that time.
    """

    one: Identity
    task: str
    place: Place
    by_test: bool
    stack: frozenset[int]

    def opened(self, by_test: bool) -> Opened:
        return Opened(kind_of(self.one), self.task, self.place, by_test)


class Watch:
    """Sees what task code opens while it is on."""

    def __init__(self) -> None:
        self.seen: dict[int, Seen] = {}

    @contextlib.contextmanager
    def on(self) -> Iterator[Watch]:
        """Replaces the functions that open, for a while."""
        undo: list[tuple[Any, str, Any]] = [(kept, "frames_wanted", kept.frames_wanted)]
        kept.frames_wanted = True
        for owner, name in _OPENERS:
            before = getattr(owner, name)
            undo.append((owner, name, before))
            setattr(owner, name, _disguised(before, self._note))
        try:
            yield self
        finally:
            for owner, name, before in reversed(undo):
                setattr(owner, name, before)

    def _note(self, given: Any, made: Any) -> None:
        """Something has been opened. An object closes what it stands for when nobody refers to it: only bare numbers are kept."""
        where = _opener() if isinstance(made, int | tuple) else None
        for thing in made if isinstance(made, tuple) else (given[0] if made is None else made,):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                number = thing if isinstance(thing, int) else thing.fileno()
                self.seen.pop(number, None)
                one = identity_of(number)
                if where is not None and one is not None:
                    self.seen[number] = Seen(one, *where)

    def left(self) -> dict[int, Seen]:
        """What was seen being opened and is still open."""
        return {number: seen for number, seen in self.seen.items() if identity_of(number) == seen.one}


def _opener() -> tuple[str, Place, bool, frozenset[int]] | None:
    """Who opens: the task and the user's line; none if this is not task code, or a library does it for itself."""
    experiment, me = control.active, control.carrier()
    if experiment is None or me is None:
        return None
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and experiment.files.kind(frame.f_code.co_filename) in (sources.STDLIB, sources.MACHINERY):
        frame = frame.f_back
    if frame is None or not experiment.is_users(frame):
        return None
    stack, at = set(), frame
    while at is not None:
        if experiment.is_users(at) and not experiment.in_test_body(me, at):
            stack.add(id(at))
        at = at.f_back  # type: ignore[assignment]
    return me.task.path, experiment.files.place_of(frame), experiment.in_test_body(me, frame), frozenset(stack)


def _disguised(function: Any, note: Callable[[Any, Any], None]) -> Any:
    """The function with a note of what it has opened; to whoever looks at calls it is the function itself."""

    def call(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        note(args, made)
        return made

    name = str(function.__name__)
    space = {"__name__": function.__module__, "__builtins__": builtins}
    code = call.__code__.replace(co_name=name, co_qualname=str(function.__qualname__))
    like = types.FunctionType(code, space, name, None, call.__closure__)
    return functools.update_wrapper(like, function)
