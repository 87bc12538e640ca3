"""What a test does itself around the production code that it tests: its own threads, its own loops, its own time limits.

A test of a queue may start a thread that puts something into it. Without that the test does not end, and nobody learns anything
about the queue. A test file that uses no production code is itself the code under test.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType, ModuleType
from typing import Any

from ..model.faults import Cancel, Fault, Raise
from ..model.findings import Finding
from ..model.traces import Trace
from ..runtime.carriers import Carrier
from ..runtime.experiment import Experiment
from ..runtime.reading import sources
from ..runtime.reading.sources import Sources
from ..runtime.tasks import Task
from .menu import Menu

KINDS = frozenset({"start", "call", "end", "acquire", "timer"})
"""Of points that are spared. Whoever waits may be cancelled by anybody, and what is on request was asked for."""

TESTS_PART = frozenset({"deadlock", "livelock", "lost-exception", "leaked-thread", "leaked-task", "leaked-fd"})
"""Laws that a task breaks by what it does not do any more."""


class ProductionMenu(Menu):
    """A menu that spares what the test does itself.

    Args:
        kinds: the kinds of faults that are wanted.
        spared: the kinds and names of the points where nothing happens for this reason are added to it.
    """

    def __init__(self, kinds: frozenset[str], spared: set[tuple[str, str]]) -> None:
        super().__init__(kinds)
        self.spared = spared

    def __call__(
        self, experiment: Experiment, me: Carrier, kind: str, name: str, frame: FrameType, subject: Any
    ) -> tuple[str, tuple[Fault, ...]]:
        why, faults = super().__call__(experiment, me, kind, name, frame, subject)
        if faults and kind in KINDS and is_tests_own(experiment, me, kind, frame, subject):
            self.spared.add((kind, name))
            return "", ()
        if faults and kind in ("start", "end") and _is_run_for_test(experiment, me.task, frame):
            asked = tuple(fault for fault in faults if not isinstance(fault, Raise | Cancel))
            if asked != faults:
                self.spared.add((kind, name))
            return why, asked
        return why, faults


def is_tests_part(finding: Finding, trace: Trace) -> bool:
    """Whether the failure had come out of the production code into a task that the test has written: what this did not do then
    is its own matter, but not what the production code keeps locked, nor a task of which only that knew. So is a future that the
    test was given, or a task that it has started, at whose result it has not looked."""
    if finding.law == "broken-handler" and all(one.by_test for one in trace.injected):
        return any(one.after and str(one.place) == finding.place for one in trace.handler_failures)
    if finding.law == "lost-exception" and trace.injected and all(one.given or one.ended_tests_task for one in trace.injected):
        return True
    if finding.law == "leaked-task" and any(left.lost and str(left.started) == finding.place for left in trace.alive):
        return False
    if finding.law not in TESTS_PART or not trace.injected or not all(fault.by_test for fault in trace.injected):
        return False
    return not any(wait.holder_ended for wait in trace.waits)


def is_endless_poll(finding: Finding, trace: Trace) -> bool:
    """Whether it is the test's own body that asks again and again, in its own lines, for what a task has not done that it has
    started itself and that has failed: such a loop has no end by itself."""
    if finding.law != "livelock" or not trace.injected or any(wait.holder_ended for wait in trace.waits):
        return False
    return all(one.ended_tests_task for one in trace.injected) and any(wait.body == sources.TEST for wait in trace.waits)


def is_tests_own(experiment: Experiment, me: Carrier, kind: str, frame: FrameType, subject: Any) -> bool:
    """Whether a test file has started the task, and from there to the point nothing but test files has called anything."""
    files, task = experiment.files, me.task
    if task.within is None and task.started_at is not None and files.kind(task.started_at[0]) != sources.TEST:
        return False
    if kind in ("start", "end") and subject is not None and not _is_in_test_file(files, subject.function):
        return False
    return not _is_called_by_others(files, frame)


def _is_run_for_test(experiment: Experiment, task: Task, frame: FrameType) -> bool:
    """Whether the test has started this task, and no pool of production code runs it: then the test could as well have called the
    function, and is not failed where it does."""
    started = task.started_at is not None and experiment.files.is_tests(task.started_at[0])
    return started and not _is_called_by_others(experiment.files, frame)


def _is_called_by_others(files: Sources, frame: FrameType) -> bool:
    """Whether production code, or a library, is on the way to this frame."""
    at: FrameType | None = frame
    while at is not None:
        if files.kind(at.f_code.co_filename) in (sources.USER, sources.LIBRARY):
            return True
        at = at.f_back
    return False


def _is_in_test_file(files: Sources, function: Any) -> bool:
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return code is not None and files.kind(code.co_filename) == sources.TEST


def uses_production(modules: Iterable[ModuleType], files: Sources) -> bool:
    """Whether one of these modules has names from the user's production code.

    Args:
        modules: a test module, and those with its fixtures.
        files: whose code is whose.
    """
    return any(_file_kind(value, files) == sources.USER for module in modules for value in list(vars(module).values()))


def _file_kind(value: Any, files: Sources) -> str:
    module = value if isinstance(value, ModuleType) else sys.modules.get(str(getattr(value, "__module__", "")))
    filename = getattr(module, "__file__", None)
    return files.kind(filename) if isinstance(filename, str) else ""
