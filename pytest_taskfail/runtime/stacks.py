"""Says in words what a blocked thread waits for, from the frames of its stack."""

from __future__ import annotations

import sys
import threading
import traceback
from types import FrameType
from typing import Any

from ..model.traces import Place
from . import primitives
from .reading import sources
from .reading.sources import Sources

WORDS = {
    ("Event", "wait"): "for {} to be set",
    ("Condition", "wait"): "to be notified by {}",
    ("Condition", "wait_for"): "to be notified by {}",
    ("Semaphore", "acquire"): "for a permit of {}",
    ("BoundedSemaphore", "acquire"): "for a permit of {}",
    ("Barrier", "wait"): "for the others at {}",
    ("Queue", "put"): "for room in {}",
    ("Queue", "get"): "for an item of {}",
    ("Queue", "join"): "until all items of {} are done",
}


def stack_of(ident: int) -> FrameType | None:
    """The innermost frame of a thread."""
    return sys._current_frames().get(ident)


def split(frame: FrameType | None, files: Sources) -> tuple[list[FrameType], FrameType | None]:
    """The frames of the standard library's machinery on top of a stack, innermost first, and the user's frame below."""
    machinery = []
    while frame is not None and files.kind(frame.f_code.co_filename) == sources.MACHINERY:
        if not frame.f_code.co_filename.startswith(sources.HERE):
            machinery.append(frame)
        frame = frame.f_back
    return machinery, frame


def users_frame(frame: FrameType | None, files: Sources) -> FrameType | None:
    """The innermost frame of the user's, not of a library's."""
    while frame is not None and files.kind(frame.f_code.co_filename) not in (sources.USER, sources.TEST):
        frame = frame.f_back
    return frame


def kind_of(frame: FrameType | None, files: Sources) -> str:
    """Whose code a frame is; empty if there is none."""
    return "" if frame is None else files.kind(frame.f_code.co_filename)


def primitive_in(thing: Any) -> Any:
    """The primitive inside of a lock, condition, event, semaphore, queue or future that knows where it was made, or `None`."""
    if getattr(thing, "made", None) is not None:
        return thing
    for name in ("_cond", "_lock", "mutex", "_condition", "_block"):
        inner = getattr(thing, name, None)
        if inner is not None and inner is not thing:
            found = primitive_in(inner)
            if found is not None:
                return found
    return None


def name_thing(thing: Any, files: Sources) -> str:
    """`Lock orders.py:12`: the type and the line that made it; `Lock orders.py:12 #1` is the second that this line made."""
    kind = next((c.__name__ for c in type(thing).__mro__ if not c.__name__.startswith(("Idle", "Controlled"))), "object")
    primitive = primitive_in(thing)
    if primitive is None:
        return kind
    filename, line, nth = primitive.made
    made = primitives.made_before if primitive.home is None else primitive.home.made
    number = f" #{nth}" if made.get((filename, line), 0) else ""
    return f"{kind} {files.place(filename, line)}{number}"


def what_blocks(frame: FrameType | None, on: Any, files: Sources) -> tuple[str, Place]:
    """What a thread with this stack waits for, in words, and the user's line."""
    machinery, user = split(frame, files)
    place = files.place_of(user) if user is not None else Place()
    for outer in reversed(machinery):
        name, thing = outer.f_code.co_name, outer.f_locals.get("self")
        if thing is None:
            if name in ("wait", "as_completed"):
                return f"for futures in concurrent.futures.{name}", place
            continue
        if isinstance(thing, threading.Thread):
            if name != "join":
                continue
            return f"for the thread {thing.name} to end", place
        for kind in type(thing).__mro__:
            words = WORDS.get((kind.__name__, name))
            if words is not None:
                return words.format(name_thing(thing, files)), place
        if name in ("shutdown", "__exit__") and hasattr(thing, "submit"):
            return f"for the tasks of the {type(thing).__name__} to end", place
        if name in ("result", "exception") and hasattr(thing, "add_done_callback"):
            task = getattr(thing, "_taskfail_task", None)
            return f"for {task.path}" if task is not None else "for a future", place
        if name in ("__enter__", "acquire") and type(thing).__name__ == "Condition":
            break
    if on is None:
        return "for time to pass", place
    if type(on).__name__ == "SimpleQueue":
        if user is None and on.made is not None and files.kind(on.made[0]) == sources.MACHINERY:
            return "for another task of its pool", place
        return f"for an item of {name_thing(on, files)}", place
    return f"for {name_thing(on, files)}", place


def thread_that_waits(machinery: list[FrameType]) -> threading.Thread | None:
    """The thread that `join` waits for, if the stack is in one."""
    for frame in machinery:
        thing = frame.f_locals.get("self")
        if frame.f_code.co_name == "join" and isinstance(thing, threading.Thread):
            return thing
    return None


def print_stack(frame: FrameType | None, files: Sources, limit: int = 12) -> str:
    """A stack as text, the user's part of it."""
    summary = traceback.extract_stack(frame, limit * 2)
    kept = [entry for entry in summary if files.kind(entry.filename) not in (sources.TOOL, sources.MACHINERY)]
    if not kept:
        return "in no code of the user's"
    return "\n".join(f"{files.place(entry.filename, entry.lineno or 0)} in {entry.name}: {entry.line}" for entry in kept[-limit:])
