"""Sees handlers being entered, and lines being run, in chosen files: by `sys.monitoring`, on Python 3.11 by `sys.settrace`.

It has a tool id of its own, so it disturbs no other tool: neither coverage, whatever it measures with, nor our call points. An
instruction that is no entrance is asked for once and never again, so what does not fail runs at full speed.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, Protocol

from ..errors import PlanError
from .reading import sources
from .reading.handler_offsets import entrances
from .reading.sources import Sources


@dataclass(frozen=True)
class Chosen:
    """Which files' handlers are looked at.

    Args:
        files: whose code is whose.
        folders: files, or folders with all that is below; empty for all of the user's files below the root folder.
    """

    files: Sources
    folders: tuple[str, ...] = ()

    def __call__(self, filename: str) -> bool:
        if self.files.kind(filename) != sources.USER:
            return False
        full = os.path.realpath(filename)
        return any(full == folder or full.startswith(folder + os.sep) for folder in self.folders or (self.files.root,))


class Listener(Protocol):
    """Who is told."""

    def entered(self, filename: str, keys: list[str], error: BaseException | None) -> None:
        """A handler is entered because of an exception; of an `else` there is none."""

    def ran(self, filename: str, line: int) -> bool:
        """A line is about to run; returns whether nobody needs to hear of this line again."""


class _Codes:
    """What is known of each code object."""

    def __init__(self, chosen: Callable[[str], bool]) -> None:
        self.chosen = chosen
        self._files: dict[str, bool] = {}
        self._known: dict[int, tuple[CodeType, dict[int, list[str]]]] = {}

    def wants(self, filename: str) -> bool:
        wanted = self._files.get(filename)
        if wanted is None:
            wanted = self._files[filename] = self.chosen(filename)
        return wanted

    def entrances(self, code: CodeType) -> dict[int, list[str]]:
        known = self._known.get(id(code))
        if known is None:
            known = self._known[id(code)] = (code, entrances(code))
        return known[1]


def _with_inner(code: CodeType) -> list[CodeType]:
    """A code object and those of the functions defined in it."""
    found = [code]
    for one in found:
        found += [const for const in one.co_consts if isinstance(const, CodeType)]
    return found


if sys.version_info >= (3, 12):
    IDS = (5, 2, 0)
    """Of those that `sys.monitoring` has, the ones that neither coverage nor our call points use."""

    class HandlerProbe:
        """Watches chosen files while it is on.

        Args:
            chosen: which files.
            listener: who is told.
        """

        def __init__(self, chosen: Callable[[str], bool], listener: Listener) -> None:
            self.codes = _Codes(chosen)
            self.listener = listener
            self.tool = -1
            self._watched: dict[int, CodeType] = {}

        def start(self) -> None:
            """Begins to watch.

            Raises:
                PlanError: other tools have all ids of `sys.monitoring`.
            """
            monitoring, events = sys.monitoring, sys.monitoring.events
            self.tool = next((number for number in IDS if monitoring.get_tool(number) is None), -1)
            if self.tool < 0:
                users = ", ".join(sorted({str(monitoring.get_tool(number)) for number in IDS}))
                raise PlanError(
                    f"--taskfail-cov: no tool id of sys.monitoring is free; {users} have them; run without one of these"
                )
            monitoring.use_tool_id(self.tool, "taskfail handlers")
            monitoring.register_callback(self.tool, events.PY_START, self._on_start)
            monitoring.register_callback(self.tool, events.PY_RESUME, self._on_start)
            monitoring.register_callback(self.tool, events.INSTRUCTION, self._on_instruction)
            monitoring.register_callback(self.tool, events.LINE, self._on_line)
            monitoring.set_events(self.tool, events.PY_START | events.PY_RESUME)
            for frame in sys._current_frames().values():
                at: FrameType | None = frame
                while at is not None:
                    self._watch(at.f_code)
                    at = at.f_back

        def stop(self) -> None:
            """Ends the watch."""
            monitoring, events = sys.monitoring, sys.monitoring.events
            monitoring.set_events(self.tool, 0)
            for code in self._watched.values():
                monitoring.set_local_events(self.tool, code, 0)
            self._watched.clear()
            for event in (events.PY_START, events.PY_RESUME, events.INSTRUCTION, events.LINE):
                monitoring.register_callback(self.tool, event, None)
            monitoring.free_tool_id(self.tool)

        def watch_thread(self) -> None:
            """Nothing to do: monitoring sees every thread."""

        def _watch(self, code: CodeType) -> None:
            if not self.codes.wants(code.co_filename):
                return
            events = sys.monitoring.events
            for one in _with_inner(code):
                if id(one) not in self._watched:
                    self._watched[id(one)] = one
                    asked = events.LINE | (events.INSTRUCTION if self.codes.entrances(one) else 0)
                    sys.monitoring.set_local_events(self.tool, one, asked)

        def _on_start(self, code: CodeType, offset: int) -> Any:
            self._watch(code)
            return sys.monitoring.DISABLE

        def _on_instruction(self, code: CodeType, offset: int) -> Any:
            keys = self.codes.entrances(code).get(offset)
            if keys is None:
                return sys.monitoring.DISABLE
            self.listener.entered(code.co_filename, keys, sys.exception())
            return None

        def _on_line(self, code: CodeType, line: int) -> Any:
            return sys.monitoring.DISABLE if self.listener.ran(code.co_filename, line) else None

else:

    class HandlerProbe:
        """Watches chosen files while it is on, in the threads that ask for it.

        The tracer that a thread has, that of coverage for instance, is told everything that it would have heard.

        Args:
            chosen: which files.
            listener: who is told.
        """

        def __init__(self, chosen: Callable[[str], bool], listener: Listener) -> None:
            self.codes = _Codes(chosen)
            self.listener = listener
            self.on = False
            self._thread_hook: Any = None

        def start(self) -> None:
            """Begins to watch, with the calling thread."""
            self.on = True
            self._thread_hook = threading.gettrace()
            threading.settrace(self._begin_thread)
            self.watch_thread()

        def stop(self) -> None:
            """Ends the watch; other threads notice at their next call."""
            self.on = False
            if threading.gettrace() == self._begin_thread:
                threading.settrace(self._thread_hook)
            tracer = sys.gettrace()
            if isinstance(tracer, _Tracer):
                sys.settrace(tracer.outer)

        def watch_thread(self) -> None:
            """Watches the calling thread."""
            tracer = sys.gettrace()
            if isinstance(tracer, _Tracer) and tracer.probe is self:
                return
            sys.settrace(_Tracer(self, tracer))

        def _begin_thread(self, frame: FrameType, event: str, arg: Any) -> Any:
            """The first call of a new thread: the hook that was there, that of coverage for instance, comes first."""
            sys.settrace(None)
            if self._thread_hook is not None:
                self._thread_hook(frame, event, arg)
            if self.on:
                self.watch_thread()
            return None

    class _Tracer:
        """What one thread is traced with.

        Args:
            probe: on whose behalf.
            outer: the tracer that the thread had before.
        """

        def __init__(self, probe: HandlerProbe, outer: Any) -> None:
            self.probe = probe
            self.outer = outer

        def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
            inner = None
            if not self.probe.on:
                sys.settrace(self.outer)
            if self.outer is not None:
                inner = self.outer(frame, event, arg)
                if self.probe.on:
                    sys.settrace(self)  # coverage puts itself back when it is called
            code = frame.f_code
            if not self.probe.on or not self.probe.codes.wants(code.co_filename):
                return inner
            places = self.probe.codes.entrances(code)
            frame.f_trace_opcodes = bool(places)
            return self._local(places, inner)

        def _local(self, places: dict[int, list[str]], inner: Any) -> Any:
            listener = self.probe.listener

            def local(frame: FrameType, event: str, arg: Any) -> Any:
                nonlocal inner
                if event == "opcode":
                    keys = places.get(frame.f_lasti)
                    if keys is not None:
                        listener.entered(frame.f_code.co_filename, keys, sys.exception())
                    return local
                if event == "line":
                    listener.ran(frame.f_code.co_filename, frame.f_lineno)
                if inner is not None:
                    inner = inner(frame, event, arg)
                return local

            return local
