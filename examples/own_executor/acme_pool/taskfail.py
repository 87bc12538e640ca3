"""What this package tells pytest-taskfail: its executor, a fault that its users meet, and a law of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_taskfail import FaultKind, Finding, Point, Trace


@pytest.hookimpl(optionalhook=True)
def pytest_taskfail_executors() -> list[tuple[type, str]]:
    """What is given to `Pool.go` are tasks."""
    from . import Pool

    return [(Pool, "go")]


def exceed(point: Point, argument: str) -> None:
    from . import QuotaExceeded

    raise QuotaExceeded(f"no jobs left for today, at {point}")


@pytest.hookimpl(optionalhook=True)
def pytest_taskfail_faults() -> list[FaultKind]:
    """The quota may be used up whenever a job starts."""
    from pytest_taskfail import FaultKind

    return [FaultKind("quota", exceed, at=("start",), says="the quota is used up as {task} starts", default=True)]


def goes_on(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """After a job has failed no other may start: it would cost money for nothing."""
    from pytest_taskfail import Finding

    failed = None
    for event in trace.events:
        if event.kind == "failed" and failed is None:
            failed = event.task
        elif event.kind == "start" and failed is not None:
            yield Finding("goes-on", (f"{failed}  failed", f"{event.task}  starts all the same"), holder=event.name)
            return


@pytest.hookimpl(optionalhook=True)
def pytest_taskfail_laws() -> dict[str, Any]:
    """Judged with the universal laws."""
    return {"goes-on": goes_on}
