"""Crashes: the code runs in a forked process that is killed before its n-th persistence step, once for each n.

SIGKILL is what a crash is: no `finally`, no `with` exit, no buffer is written. What the system has got survives, as after the end
of any process; that the machine itself loses power, with what is in its cache, is not tried.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from ..errors import PlanError
from ..model.traces import Event, Place, Trace
from . import control, noting, real
from .forking import fork
from .processes.tracefile import Record, TraceFile, read
from .reading.sources import Sources
from .steps import GROUPS, Steps

LIMIT = 30.0
MOST = 200
RUN = "run"
"""The path of the task that crashes; what comes after it is done by `test`."""

Run = Callable[[Path], object]


@dataclass
class Crash:
    """One run that was killed.

    Args:
        number: how many persistence steps it had made.
        of: how many the whole run makes.
        step: the one that it was about to make, in words.
        place: the line of the user's that was about to make it.
        folder: what it has left.
        events: what was recorded in it, and since then.
    """

    number: int
    of: int
    step: str
    place: Place
    folder: Path
    events: list[Event] = field(default_factory=list)

    def __str__(self) -> str:
        at = f" at {self.place}" if self.place.file else ""
        if self.number == self.of:
            return f"crash after the last of {self.of} steps"
        return f"crash before step {self.number + 1} of {self.of}, {self.step}{at}"

    @property
    def trace(self) -> Trace:
        """What recorded functions did, before the crash and since."""
        return Trace(events=tuple(self.events))


def can_run() -> str:
    """Why crashes cannot be tried here; empty if they can."""
    return "" if hasattr(os, "fork") and hasattr(os, "pidfd_open") else "this system cannot fork"


class Crasher:
    """Tries the crashes of one run.

    Args:
        run: does the work in a folder; it opens and closes what it needs there by itself, and is called in a process of its own.
        folder: where the folders of the runs are made.
        steps: which steps count: `sqlite`, `files`, `call:NAME`.
        files: whose code is whose.
        most: of steps that are tried.
        limit: seconds that a run may take.

    Raises:
        PlanError: there is no such kind of steps, or this system cannot fork.
    """

    def __init__(
        self, run: Run, folder: Path, steps: str | Sequence[str], files: Sources, most: int = MOST, limit: float = LIMIT
    ) -> None:
        self.run = run
        self.folder = Path(folder)
        self.groups = (steps,) if isinstance(steps, str) else tuple(steps)
        self.files = files
        self.most, self.limit = most, limit
        for group in self.groups:
            if group not in GROUPS and not (group.startswith("call:") and len(group) > len("call:")):
                raise PlanError(f"steps={group!r}: there is no such kind of step; give {', '.join(GROUPS)} or call:NAME")
        if control.active is not None:
            raise PlanError("a crash cannot be tried inside of an experiment; use the method of the fixture taskfail")
        if can_run():
            raise PlanError(f"taskfail cannot try crashes: {can_run()}")

    def whole(self) -> Path:
        """The folder that a run without a crash leaves.

        Raises:
            PlanError: it fails, makes no step, or too many.
        """
        folder, records = self._run("whole", None)
        self._steps = [record for record in records if record["event"] == "step"]
        end = records[-1] if records else {"event": "nothing"}
        if end["event"] == "failed":
            raise PlanError(f"the run fails without any crash:\n{end['error']}")
        if not self._steps:
            seen = ", ".join(end.get("called", [])[:12]) or "none"
            raise PlanError(
                f"the run makes no persistence step of the kinds {', '.join(self.groups)} below its folder, so no crash can be "
                f"tried; give others by steps=, for instance 'call:NAME'. Functions that it called: {seen}"
            )
        if len(self._steps) > self.most:
            raise PlanError(f"the run makes {len(self._steps)} steps, more than most={self.most}; allow more, or narrow steps=")
        return folder

    def crashes(self) -> Iterator[Crash]:
        """Each crash in turn, when the process is dead; after `whole`."""
        total = len(self._steps)
        for number in range(total + 1):
            folder, records = self._run(f"crash-{number}", number)
            step = self._steps[number] if number < total else {}
            if not records or records[-1]["event"] != "crash" or records[-1].get("what", "") != step.get("what", ""):
                told = step.get("what", "the end of the run")
                raise PlanError(f"the run is not the same each time: step {number + 1}, {told}, was not reached again")
            crash = Crash(number, total, step.get("what", ""), _place(step), folder, list(_events(records)))
            noting.sink = _into(crash.events)
            try:
                yield crash
            finally:
                noting.sink = None

    def _run(self, name: str, crash_at: int | None) -> tuple[Path, list[Record]]:
        folder = self.folder / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            raise PlanError(f"{folder} is there already; give an empty folder, for instance tmp_path") from None
        path = str(self.folder / f"{name}.trace")
        pid = fork()
        if pid == 0:
            self._be_the_run(folder, path, crash_at)
        _wait(pid, self.limit, name)
        return folder, list(read(path))

    def _be_the_run(self, folder: Path, path: str, crash_at: int | None) -> None:
        """In the process that is to crash."""
        code = 1
        try:
            os.setpgid(0, 0)
            gc.freeze()  # what the parent has made is not this process's to clean up
            trace = TraceFile(path)
            noting.sink = lambda kind, what, text: trace.write(kind, task=RUN, what=what, note=text)
            count = 0

            def step(what: str, frame: FrameType | None) -> None:
                nonlocal count
                place = self._place(frame)
                trace.write("crash" if count == crash_at else "step", what=what, place=place)
                if count == crash_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

            steps = Steps(str(folder), self.groups, self.files, step)
            steps.begin()
            self.run(folder)
            if crash_at == count:
                trace.write("crash", what="")
                os.kill(os.getpid(), signal.SIGKILL)
            trace.write("done", called=list(steps.called)[:20])
            code = 0
        except BaseException as error:
            text = "".join(traceback.format_exception(error)[-3:])
            TraceFile(path).write("failed", error=text[-350:])
        finally:
            os._exit(code)

    def _place(self, frame: FrameType | None) -> list[Any]:
        while frame is not None and not self.files.is_users(frame.f_code):
            frame = frame.f_back
        if frame is None:
            return []
        at = self.files.place_of(frame)
        return [at.file, at.line, at.function]


def _wait(pid: int, limit: float, name: str) -> None:
    """Until the process has ended; with those that it has started it is ended in any case."""
    descriptor = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ended = bool(poll.poll(limit * 1000))
    finally:
        os.close(descriptor)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if not ended:
        raise PlanError(f"the run ({name}) has not ended within {limit:g} seconds")


def _place(record: Record) -> Place:
    told = record.get("place")
    return Place(*told) if told else Place()


def _events(records: list[Record]) -> Iterator[Event]:
    first = records[0]["time"]
    for record in records:
        kind = record["event"]
        seconds = round((record["time"] - first) / 1e9, 6)
        yield Event(record.get("task", RUN), kind, record.get("what", ""), _place(record), seconds, record.get("note", ""))


def _into(events: list[Event]) -> noting.Sink:
    began = real.monotonic() - (events[-1].time if events else 0.0)

    def sink(kind: str, name: str, text: str) -> None:
        events.append(Event("test", kind, name, Place(), round(real.monotonic() - began, 6), text))

    return sink
