"""The stacks of all threads of a process, written by that process when a signal asks for them.

Python's own handler runs while no other thread does. `faulthandler` alone would read the stacks of threads that run on meanwhile,
and now and then end the process over that; it answers only where a main thread in C does not get to Python's handler.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import TextIO

ASK, INSIST = (signal.SIGRTMAX - 5, signal.SIGRTMAX - 6) if hasattr(signal, "SIGRTMAX") else (0, 0)
ASKED_FOR = 0.3
"""Seconds that a process is given to answer from Python."""

INSISTED_FOR = 0.5
"""Seconds that it is given after that."""


def answer(folder: str) -> TextIO:
    """Makes this process answer, into the file that is returned."""
    file = open(_path(folder, os.getpid()), "w")  # noqa: SIM115 - it is written to when a signal comes
    if ASK:
        with contextlib.suppress(ValueError):  # only the main thread may say what a signal does
            signal.signal(ASK, functools.partial(_tell, file))
        faulthandler.register(INSIST, file=file, all_threads=True, chain=False)
    return file


def _tell(file: TextIO, _number: int, frame: FrameType | None) -> None:
    """Writes as `faulthandler` does: the main thread is the last."""
    me, text = threading.get_ident(), ""
    for ident, top in sys._current_frames().items():
        if ident != me:
            text += f"Thread {ident:#018x} (most recent call first):\n{_lines(top)}\n"
    text += f"Current thread {me:#018x} (most recent call first):\n{_lines(frame)}"
    os.write(file.fileno(), text.encode(errors="replace"))  # at once: a second signal may come meanwhile


def _lines(frame: FrameType | None) -> str:
    text = ""
    while frame is not None:
        text += f'  File "{frame.f_code.co_filename}", line {frame.f_lineno or 0} in {frame.f_code.co_name}\n'
        frame = frame.f_back
    return text


def ask(folder: str, pids: list[int]) -> dict[int, str]:
    """What those of these processes say that answer."""
    wanted = {pid: _path(folder, pid) for pid in pids if os.path.exists(_path(folder, pid))}
    found: dict[int, str] = {}
    for number, seconds in ((ASK, ASKED_FOR), (INSIST, INSISTED_FOR)):
        for pid in list(wanted.keys() - found.keys()):
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                del wanted[pid]
        _read(wanted, found, seconds)
    return found


def _read(wanted: dict[int, str], found: dict[int, str], seconds: float) -> None:
    """Reads what is complete: ends with a line, and is the same at the next look."""
    last: dict[int, str] = {}
    for _ in _looks(seconds):
        for pid in wanted.keys() - found.keys():
            with open(wanted[pid]) as file:
                text = file.read()
            if text.endswith("\n") and text == last.get(pid):
                found[pid] = text
            last[pid] = text
        if not wanted.keys() - found.keys():
            return


def _looks(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.01)


def _path(folder: str, pid: int) -> str:
    return os.path.join(folder, f"stacks-{pid}")
