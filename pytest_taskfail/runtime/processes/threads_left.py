"""Threads of the test's own process that wait for ever after the test."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType
from typing import Any

from ..reading.sources import HERE
from . import tree
from .side import Side

PATIENCE = 0.5
"""Seconds that threads are given to end after the test."""


@dataclass(slots=True)
class _Started:
    thread: threading.Thread
    path: str
    place: list[Any]
    by_test: bool


_started: list[_Started] = []


def note(side: Side, thread: threading.Thread, path: str, frame: FrameType | None) -> None:
    """A thread is about to be started by this frame of the user's."""
    _started.append(_Started(thread, path, side.place(frame), side.in_test_body(frame)))


def left(side: Side, usual: int) -> list[dict[str, Any]]:
    """The threads that nobody wakes any more, as the trace has them; one that waits with a time limit may still end.

    Args:
        side: of the test's own process.
        usual: so many are left by the fault-free run; nobody waits for their end.
    """
    end = time.monotonic() + PATIENCE
    while (alive := [one for one in _started if one.thread.is_alive()]) and len(alive) > usual and time.monotonic() < end:
        time.sleep(0.005)
    states = {one.tid: one.does for one in tree.threads(os.getpid()) or ()}
    frames = sys._current_frames()
    if len(alive) > usual and any(states.get(one.thread.native_id or 0) != "waits" for one in alive):
        return []  # one that goes on may wake the others
    return [_told(side, one, frames.get(one.thread.ident or 0)) for one in alive]


def _told(side: Side, one: _Started, frame: FrameType | None) -> dict[str, Any]:
    user = side.users_frame(frame)
    called = _called_by(user, frame)
    what = f"waits in {called}" if called else "is alive"
    return {"task": one.path, "what": what, "place": side.place(user), "started": one.place, "by_test": one.by_test}


def _called_by(user: FrameType | None, frame: FrameType | None) -> str:
    """The name of what the user's frame has called, apart from what of ours is in between."""
    called = ""
    while frame is not None and frame is not user:
        if not frame.f_code.co_filename.startswith(HERE):
            called = frame.f_code.co_name
        frame = frame.f_back
    return called if frame is not None else ""
