"""The adapter that is checked, and one run of it: outside of every experiment, or as one experiment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..explore.eligible import Eligible
from ..explore.menu import Menu
from ..explore.surroundings import under_control
from ..model.faults import KINDS, Fault
from ..model.plans import Injection, Plan
from ..model.points import Selector
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import patches
from ..runtime.calls import CallProbe
from ..runtime.carriers import Abort
from ..runtime.experiment import Experiment
from ..runtime.reading import sources
from ..runtime.reading.sources import Sources
from . import work

LIMIT = 10.0
"""Seconds of real time for one run."""


class Files(Sources):
    """Knows the functions that are submitted as the user's, although they lie beside this file."""

    def _sort(self, filename: str) -> str:
        return sources.TEST if filename == work.__file__ else super()._sort(filename)

    def _layer(self, filename: str) -> str:
        return sources.WATCHED if filename == work.__file__ else super()._layer(filename)


@dataclass
class Run:
    """What came of one run.

    Args:
        value: what the body gave.
        error: what came out of it.
        trace: what was seen; empty outside of an experiment.
        unfired: planned faults that did not happen, as text.
        left: names of threads that are alive afterwards and were not before.
    """

    value: Any = None
    error: BaseException | None = None
    trace: Trace = field(default_factory=Trace)
    unfired: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    """The adapter and how it is used: see `check_adapter`."""

    make: Callable[[], Any]
    submit: Callable[..., Any]
    result: Callable[[Any], Any]
    cancel_by: Callable[[Any], Any] | None
    close: Callable[[Any], Any]
    watch: tuple[type, str] | None = None

    def cancel(self, handle: Any) -> bool | None:
        """Whether a task will never run, as its handle says; `None` where there is no way to cancel."""
        if self.cancel_by is not None:
            return bool(self.cancel_by(handle))
        own = getattr(handle, "cancel", None)
        return bool(own()) if callable(own) else None

    def outside(self, body: Callable[[], Any]) -> Run:
        """Runs a body outside of every experiment, in a thread that may hang.

        Raises:
            TimeoutError: it has not ended within the limit.
        """
        run, before = Run(), set(threading.enumerate())

        def target() -> None:
            try:
                run.value = body()
            except Exception as error:
                run.error = error

        thread = threading.Thread(target=target, name="check_adapter", daemon=True)
        thread.start()
        thread.join(LIMIT)
        if thread.is_alive():
            raise TimeoutError
        run.left = [one.name for one in threading.enumerate() if one not in before]
        return run

    def experiment(self, body: Callable[[], Any], *faults: tuple[Fault, str], schedule: Schedule = Schedule()) -> Run:
        """Runs a body as one experiment under these faults at these points."""
        plan = Plan(tuple(Injection(fault, Selector.parse(at)) for fault, at in faults))
        files = Files(".")
        probe = CallProbe(files, Eligible(files, every=True))
        run = Run()
        with under_control(LIMIT):
            before = set(threading.enumerate())
            experiment = Experiment(files, plan, schedule, menu=Menu(frozenset(KINDS)))
            experiment.watch_thread = probe.watch_thread
            with contextlib.ExitStack() as stack:
                if self.watch is not None:
                    stack.enter_context(patches.watching_executor(*self.watch))
                probe.start()
                stack.callback(probe.stop)
                experiment.begin()
                try:
                    run.value = body()
                except (Exception, Abort) as error:
                    run.error = error
                run.trace = experiment.end(run.error)
            run.unfired = [str(one) for one in experiment.unfired()]
            run.left = [one.name for one in threading.enumerate() if one not in before]
        return run
