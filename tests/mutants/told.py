"""A plugin of the sessions that run mutants: writes what came of each test, and ends the process although threads are left."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOLD, ORDINARY = "MUTANTS_TOLD", "MUTANTS_ORDINARY"
"""Names of environment variables: the file to write, and the seconds of real time for a run without exploration."""

AGAIN = 0.5
"""Seconds until a run that hangs is told so again: what it has opened may wait for its threads when it is left."""

RAN: pytest.StashKey[bool] = pytest.StashKey()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _tell(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _tell(report)


def _tell(report: pytest.TestReport | pytest.CollectReport) -> None:
    crash: Any = getattr(report.longrepr, "reprcrash", None)
    text = str(getattr(crash, "message", None) or report.longrepr or "")
    line = {"test": report.nodeid, "outcome": report.outcome, "text": text}
    with Path(os.environ[TOLD]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A mutant may hang in its ordinary run, which comes first; all that follows is watched by what is tested here."""
    first = not item.stash.get(RAN, False)
    item.stash[RAN] = True
    before = signal.signal(signal.SIGALRM, _too_long) if first else None
    if first:
        signal.setitimer(signal.ITIMER_REAL, float(os.environ[ORDINARY]), AGAIN)
    try:
        return (yield)
    finally:
        if first:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def _too_long(number: int, frame: Any) -> None:
    pytest.fail("the ordinary run hangs", pytrace=False)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    sys.stdout.flush()
    os._exit(0)
