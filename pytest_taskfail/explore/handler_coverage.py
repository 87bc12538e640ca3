"""Which faults enter which handlers while one test is explored.

A fault has entered a handler if the exception is the injected one or comes from it, or if the handler was entered more often
than in the fault-free runs of the test.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..model.plans import Plan
from ..runtime import control, exceptions
from ..runtime.carriers import Abort
from ..runtime.experiment import Experiment
from ..runtime.handler_probe import Chosen, HandlerProbe
from ..runtime.reading.handler_list import handlers_of, recovery_lines

Entrance = tuple[str, str]
"""A file and the key of a handler in it."""

Line = tuple[str, int]


@dataclass(slots=True)
class Seen:
    """What one experiment has seen of one handler: how often it was entered, by exceptions of which types, by the fault's own."""

    count: int = 0
    types: dict[str, None] = field(default_factory=dict)
    own: bool = False


@dataclass(slots=True)
class Run:
    """One experiment, or what is left of it."""

    plan: str
    golden: bool
    experiment: Experiment | None = None
    fired: bool = False
    seen: dict[Entrance, Seen] = field(default_factory=dict)
    lines: set[Line] = field(default_factory=set)


class HandlerCoverage:
    """Gathers what the exploration of one test shows.

    Args:
        chosen: which files' handlers are looked at.
    """

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.probe = HandlerProbe(chosen, self)
        self.usual: dict[Entrance, int] = {}
        self.usual_lines: set[Line] = set()
        self.faults: dict[str, dict[Entrance, list[str]]] = {}
        self.lines: dict[str, set[Line]] = {}
        self._run: Run | None = None

    @contextlib.contextmanager
    def watching(self, real: bool) -> Iterator[None]:
        """While a test is explored; in real experiments each process watches itself."""
        if real:
            yield
            return
        self.probe.start()
        try:
            yield
        finally:
            self.probe.stop()

    # ------------------------------------------------------------------ controlled experiments

    def begins(self, experiment: Experiment, plan: Plan, golden: bool) -> None:
        """An experiment is about to begin; those without faults that are no fault-free runs tell nothing of handlers."""
        self._run = Run(str(plan), golden, experiment) if plan or golden else None
        inner = experiment.watch_thread

        def watch_thread() -> None:
            if inner is not None:
                inner()
            self.probe.watch_thread()

        experiment.watch_thread = watch_thread

    def ended(self) -> None:
        """The experiment is over."""
        run, self._run = self._run, None
        if run is not None and run.experiment is not None:
            run.fired = bool(run.experiment.fired)
            self.take(run)

    def entered(self, filename: str, keys: list[str], error: BaseException | None) -> None:
        """A handler is entered because of an exception."""
        run = self._listening()
        if run is None or isinstance(error, Abort):
            return
        for key in keys:
            seen = run.seen.setdefault((filename, key), Seen())
            seen.count += 1
            if error is not None:
                seen.types.setdefault(type(error).__name__)
                seen.own = seen.own or _is_own(run, error)

    def ran(self, filename: str, line: int) -> bool:
        """A line runs; those that run without any fault need not be heard of again, but for those of handlers."""
        run = self._listening()
        if run is None:
            return False
        run.lines.add((filename, line))
        usual = run.golden or (filename, line) in self.usual_lines
        return usual and line not in recovery_lines(filename)

    def _listening(self) -> Run | None:
        """The run, unless its tasks are just being ended because it is over."""
        run = self._run
        if run is None or run.experiment is None or run.experiment is not control.active:
            return None
        return None if run.experiment.scheduler.aborting else run

    # ------------------------------------------------------------------ real experiments

    def read(self, records: list[dict[str, Any]], plan: Plan) -> None:
        """Counts a real experiment in, from the events of its trace; without faults it is a fault-free run."""
        faults = [record["time"] for record in records if record["event"] == "fault"]
        run = Run(str(plan), golden=not plan, fired=bool(faults))
        for record in records:
            if record["event"] == "line":
                run.lines.add((record["file"], record["line"]))
            elif record["event"] == "entered" and (run.golden or (faults and record["time"] > min(faults))):
                seen = run.seen.setdefault((record["file"], record["key"]), Seen())
                seen.count, seen.own = 1, seen.own or record["own"]
                seen.types.setdefault(record["kind"])
        self.take(run)

    # ------------------------------------------------------------------ what it comes to

    def take(self, run: Run) -> None:
        """Counts an experiment in."""
        if run.golden:
            for entrance, seen in run.seen.items():
                self.usual[entrance] = max(seen.count, self.usual.get(entrance, 0))
            self.usual_lines |= run.lines
        elif run.fired:
            entered = {one: list(seen.types) for one, seen in run.seen.items() if seen.own or seen.count > self.usual.get(one, 0)}
            self.faults.setdefault(run.plan, {}).update(entered)
            lines = {line for line in run.lines if line not in self.usual_lines}
            for filename, key in entered:
                lines |= {(filename, line) for line in _body(filename, key) if (filename, line) in run.lines}
            self.lines.setdefault(run.plan, set()).update(lines)

    def as_data(self, left: int) -> dict[str, Any]:
        """All of it, as JSON can hold it.

        Args:
            left: faults that were not tried for want of budget.
        """
        return {
            "files": sorted(self._files()),
            "lines": _by_file(self.usual_lines),
            "usual": _entered({entrance: [] for entrance in self.usual}),
            "left": left,
            "faults": {
                plan: {"entered": _entered(entered), "lines": _by_file(self.lines.get(plan, ()))}
                for plan, entered in self.faults.items()
            },
        }

    def _files(self) -> set[str]:
        """The chosen files that are loaded, or were run in another process."""
        loaded = {str(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())}
        return {name for name in loaded if name.endswith(".py") and self.chosen(name)} | {name for name, _ in self.usual_lines}


def _is_own(run: Run, error: BaseException) -> bool:
    """Whether an exception is one that was injected, or comes from it."""
    assert run.experiment is not None
    injected = [entry[3] for entry in run.experiment.fired if entry[3] is not None]
    return bool(injected) and any(one is fault for one in exceptions.related(error) for fault in injected)


def _body(filename: str, key: str) -> range:
    for handler in handlers_of(filename):
        if handler.key == key:
            return range(handler.body[0], handler.body[1] + 1)
    return range(0)


def _by_file(lines: Iterable[Line]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for filename, line in sorted(lines):
        found.setdefault(filename, []).append(line)
    return found


def _entered(entered: dict[Entrance, list[str]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for (filename, key), types in entered.items():
        found.setdefault(filename, {})[key] = types
    return found
