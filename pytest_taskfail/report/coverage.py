"""Failure-path coverage as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from ..explore.coverage import Entry, FailureCoverage
from ..runtime.reading.sources import Sources

SHOWN_MAX = 25
"""Lines of the table that name a handler; with -v there is no limit."""


def table(found: FailureCoverage, files: Sources, width: int, verbose: bool) -> list[str]:
    """The handlers that no fault has entered, file by file; with `verbose` all, with the faults.

    Args:
        width: columns of the terminal.
    """
    lines = []
    shown = hidden = 0
    for name, entries in found.files.items():
        wanted = [entry for entry in entries if verbose or not entry.faults]
        if not wanted:
            continue
        entered = sum(bool(entry.faults) for entry in entries)
        lines.append(f"{files.place(name, 0).file}: {entered} of {len(entries)}")
        for entry in wanted:
            if verbose or shown < SHOWN_MAX:
                lines += _wrapped(entry, width)
            else:
                hidden += 1
            shown += 1
    if hidden:
        lines.append(f"  and {hidden} more; -v shows all")
    return lines


def _wrapped(entry: Entry, width: int) -> Iterator[str]:
    head = f"  {entry.handler.line:>4}  {entry.handler.text}: "
    text = head + (_said(entry) if entry.faults else entry.why_not)
    yield from textwrap.wrap(text, max(width, 40), subsequent_indent=" " * 10, break_on_hyphens=False)


def _said(entry: Entry) -> str:
    plans = list(dict.fromkeys(plan for _, plan in entry.faults))
    return plans[0] if len(plans) == 1 else f"{len(plans)} faults, first {plans[0]}"


def conclusion(found: FailureCoverage, written: str) -> str:
    """The line below the table."""
    total = len(found.entries)
    if not found.explored:
        return "taskfail: no test was explored, so no fault could enter a handler; give --taskfail, or mark tests"
    if not total:
        return "taskfail: the chosen files have no except, finally or with"
    which = "1 handler was" if total == 1 else f"{total} handlers were"
    return f"taskfail: {found.entered} of {which} entered by a fault ({found.percent:.0f} %); written to {written}"


def shortfall(found: FailureCoverage, under: float, source: str) -> str:
    """Why the run fails; empty if enough handlers were entered."""
    if found.percent >= under:
        return ""
    share = f"{found.entered} of {len(found.entries)} handlers, {found.percent:.1f} %"
    return f"taskfail: FAILED: faults have entered {share}; {source} asks for {under:g} %"


def as_data(found: FailureCoverage, files: Sources) -> dict[str, Any]:
    """As JSON can hold it."""
    return {
        "handlers": len(found.entries),
        "entered": found.entered,
        "percent": round(found.percent, 1),
        "files": {
            files.place(name, 0).file: [
                {
                    "line": entry.handler.line,
                    "kind": entry.handler.kind,
                    "text": entry.handler.text,
                    "faults": [{"test": test, "fault": plan} for test, plan in entry.faults],
                    "why_not": entry.why_not,
                }
                for entry in entries
            ]
            for name, entries in found.files.items()
        },
    }
