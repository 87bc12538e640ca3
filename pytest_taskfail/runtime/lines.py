"""Choices at every line of chosen files: for races on plain variables, between whose accesses there is no operation.

Seen by `sys.monitoring`, on Python 3.11 by `sys.settrace`, which there only one tool can have.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from types import CodeType, FrameType
from typing import Any

from . import control, real
from .reading import sources
from .reading.sources import Sources


class Lines:
    """Offers a choice before each line of chosen files, while it is on.

    Args:
        files: whose code is whose.
        patterns: of file names relative to the root folder, with `*` and `?`; without any it stays off.
    """

    def __init__(self, files: Sources, patterns: tuple[str, ...]) -> None:
        self.files = files
        self.patterns = patterns
        self.seen = False
        """Whether a line of such a file was run."""
        self.off = ""
        """Why there are no choices at lines, in words."""
        self._chosen: dict[str, bool] = {}

    def chosen(self, filename: str) -> bool:
        """Whether this file is one of those; only the user's own can be: between lines of ours a choice would wait for itself."""
        known = self._chosen.get(filename)
        if known is None:
            name = self.files.place(filename, 0).file
            own = self.files.kind(filename) in (sources.USER, sources.TEST)
            known = self._chosen[filename] = own and any(fnmatchcase(name, pattern) for pattern in self.patterns)
        return known

    def before_line(self) -> None:
        """Lets another thread run before the line that is about to begin, where the schedule says so."""
        self.seen = True
        experiment = control.active
        if experiment is None or experiment.scheduler.aborting:
            return
        me = experiment.scheduler.by_ident.get(real.get_ident())
        if me is not None and not me.depth:
            streak = me.streak
            experiment.scheduler.point(me)
            me.streak = streak  # lines are no sign of polling


if sys.version_info >= (3, 12):
    _TOOLS = (2, 5, 0)
    """Numbers of tools that are free unless a profiler, an optimiser or a debugger runs."""

    class LineProbe(Lines):
        """Sees lines by `sys.monitoring`."""

        _tool: int | None = None

        def start(self) -> None:
            """Begins to watch."""
            monitoring, line = sys.monitoring, sys.monitoring.events.LINE
            if not self.patterns:
                return
            self._tool = next((number for number in _TOOLS if monitoring.get_tool(number) is None), None)
            if self._tool is None:
                self.off = "choices at lines are off, as other tools use all of sys.monitoring"
                return
            monitoring.use_tool_id(self._tool, "taskfail lines")
            monitoring.register_callback(self._tool, line, self._on_line)
            monitoring.set_events(self._tool, line)
            monitoring.restart_events()

        def stop(self) -> None:
            """Ends the watch."""
            if self._tool is not None:
                sys.monitoring.set_events(self._tool, 0)
                sys.monitoring.register_callback(self._tool, sys.monitoring.events.LINE, None)
                sys.monitoring.free_tool_id(self._tool)
                self._tool = None

        def watch_thread(self) -> None:
            """Nothing to do: monitoring sees every thread."""

        def _on_line(self, code: CodeType, number: int) -> Any:
            if not self.chosen(code.co_filename):
                return sys.monitoring.DISABLE
            self.before_line()
            return None

else:

    class LineProbe(Lines):
        """Sees lines by `sys.settrace` in each thread under control."""

        _on = False

        def start(self) -> None:
            """Begins to watch."""
            if self.patterns and sys.gettrace() is not None:
                self.off = "choices at lines are off, as another tool traces lines and Python 3.11 allows one"
            elif self.patterns:
                self._on = True
                sys.settrace(self._on_event)

        def stop(self) -> None:
            """Ends the watch."""
            if self._on:
                sys.settrace(None)
                self._on = False

        def watch_thread(self) -> None:
            """Watches the calling thread."""
            if self._on:
                sys.settrace(self._on_event)

        def _on_event(self, frame: FrameType, event: str, argument: Any) -> Any:
            if not self.chosen(frame.f_code.co_filename):
                return None
            if event == "line":
                self.before_line()
            return self._on_event
