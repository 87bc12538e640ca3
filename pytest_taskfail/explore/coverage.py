"""Failure-path coverage: all handlers of the chosen files, with the faults that have entered them, or why none has.

What the explorations of the single tests have gathered is put together here, wherever they ran, and written as a data file of
coverage with one context for each fault.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from coverage import CoverageData

from ..runtime.handler_probe import Chosen
from ..runtime.reading.handler_list import ELSE, EXCEPT, Handler, handlers_of, imported_lines

DATA_FILE = ".taskfail.coverage"
"""Its name does not begin like that of the user's own data, so that `coverage combine` and `coverage erase` leave it alone."""

NO_FAULT = "no fault"
"""The context of the lines that run without any fault."""

_SKIPPED = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__"})

Fault = tuple[str, str]
"""A test and the plan of an experiment with it."""


@dataclass(slots=True)
class Entry:
    """One handler.

    Args:
        faults: those that have entered it.
        why_not: why none has, in words.
    """

    handler: Handler
    faults: list[Fault] = field(default_factory=list)
    why_not: str = ""


@dataclass(slots=True)
class FailureCoverage:
    """The handlers of the chosen files.

    Args:
        files: full name -> its handlers in the order of the lines.
        explored: how many tests were explored.
    """

    files: dict[str, list[Entry]] = field(default_factory=dict)
    explored: int = 0

    @property
    def entries(self) -> list[Entry]:
        """All handlers."""
        return [entry for entries in self.files.values() for entry in entries]

    @property
    def entered(self) -> int:
        """How many of them some fault has entered."""
        return sum(bool(entry.faults) for entry in self.entries)

    @property
    def percent(self) -> float:
        """Of all handlers, those that some fault has entered; 100 where there is none, 0 where nothing was explored."""
        total = len(self.entries)
        return 100.0 * self.entered / total if total else 100.0 * bool(self.explored)


def combine(tests: list[tuple[str, dict[str, Any]]], chosen: Chosen) -> FailureCoverage:
    """Puts together what the explorations have gathered.

    Args:
        tests: the name of each explored test and its data, as `HandlerCoverage.as_data` gives them.
        chosen: which files are looked at.
    """
    names = {name for _, data in tests for name in data["files"]} | set(below(chosen))
    result = FailureCoverage(explored=len(tests))
    for name in sorted(names):
        entries = [_entry(name, handler, tests) for handler in handlers_of(name) if not handler.left_out]
        if entries:
            result.files[name] = entries
    return result


def below(chosen: Chosen) -> Iterator[str]:
    """The files that were chosen by name, loaded or not."""
    for folder in chosen.folders:
        if chosen(folder) and folder.endswith(".py"):
            yield folder
        for at, folders, files in os.walk(folder):
            folders[:] = [one for one in sorted(folders) if _is_source(os.path.join(at, one))]
            yield from (path for path in (os.path.join(at, file) for file in files) if path.endswith(".py") and chosen(path))


def _is_source(folder: str) -> bool:
    """Whether a folder can hold the user's own code; one that begins with a dot, or is a virtual environment, does not."""
    name = os.path.basename(folder)
    return not (name.startswith(".") or name in _SKIPPED or os.path.exists(os.path.join(folder, "pyvenv.cfg")))


def _entry(filename: str, handler: Handler, tests: list[tuple[str, dict[str, Any]]]) -> Entry:
    entry = Entry(handler)
    for test, data in tests:
        for plan, seen in data["faults"].items():
            if handler.key in seen["entered"].get(filename, ()):
                entry.faults.append((test, plan))
    if not entry.faults:
        entry.why_not = _why_not(filename, handler, [data for _, data in tests])
    return entry


def _why_not(filename: str, handler: Handler, tests: list[dict[str, Any]]) -> str:
    first, last = handler.guarded
    attempts = [data for data in tests if any(first <= line <= last for line in _lines(data, filename))]
    if not attempts:
        return "no explored test runs what it guards"
    if any(handler.key in data["usual"].get(filename, ()) for data in tests):
        return "it is entered without any fault, and by none"
    came = {
        kind: None
        for data in tests
        for seen in data["faults"].values()
        for kind in seen["entered"].get(filename, {}).get(handler.attempt, ())
    }
    if handler.kind == EXCEPT and came:
        types = " and ".join(came) if len(came) < 3 else ", ".join(came)
        if any(name in came for name in handler.names) or not handler.names:
            return f"clauses above it take what comes ({types})"
        return f"needs {' or '.join(handler.names)}, which was not tried; what came was {types}"
    if any(data["left"] for data in attempts):
        return "the budget ran out before a fault reached it; a greater --taskfail-budget tries more"
    if handler.kind == ELSE:
        return "no fault makes all attempts of the loop fail"
    return "no point reaches it: no fault was possible in what it guards"


def _lines(data: dict[str, Any], filename: str) -> Iterable[int]:
    """The lines of a file that any experiment has run."""
    yield from data["lines"].get(filename, ())
    for seen in data["faults"].values():
        yield from seen["lines"].get(filename, ())


def write_data(path: str, tests: list[tuple[str, dict[str, Any]]]) -> None:
    """Writes the standard data file of coverage, with one context for each fault, and one for what runs without any.

    Example: `coverage html --data-file=.taskfail.coverage --show-contexts`
    """
    data = CoverageData(basename=path)
    data.erase()
    names = sorted({name for _, found in tests for name in found["files"]})
    data.set_context(NO_FAULT)
    data.add_lines({name: imported_lines(name) for name in names})
    if names:
        data.touch_files(names)
    for _, found in tests:
        data.add_lines(found["lines"])
    for test, found in tests:
        for plan, seen in found["faults"].items():
            data.set_context(f"{test}|{plan}")
            data.add_lines(seen["lines"])
    data.close()
