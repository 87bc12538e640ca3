"""A run in which a thread was in C out of sight proves nothing by itself: what it shows must come again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(os.path.dirname(__file__))
LONG = 120_000
"""Microseconds; twice as long as the watchdog waits before it says that a thread blocks in C."""

nap: Callable[[int], int] = ctypes.CDLL(None).usleep


class Program:
    """A consumer waits for a signal. When the sender fails it is not sent, in some of the runs.

    Args:
        forgets: how many such runs forget it.
    """

    def __init__(self, forgets: int) -> None:
        self.forgets = forgets

    def run(self) -> None:
        ready = threading.Event()

        def send() -> None:
            nap(LONG)

        with ThreadPoolExecutor(2) as pool:
            waits, sent = pool.submit(ready.wait), pool.submit(send)
            self.forgets -= sent.exception() is not None
            if self.forgets < 0 or sent.exception() is None:
                ready.set()
            waits.result()


@pytest.mark.parametrize(("forgets", "laws"), [(1, []), (2, ["deadlock"])])
def test_a_deadlock_counts_if_it_comes_again(forgets: int, laws: list[str]) -> None:
    program = Program(forgets)

    def scenario() -> Outcome:
        error: BaseException | None = None
        with contextlib.suppress(BaseException):
            call = pytest.CallInfo.from_call(program.run, "call")
            error = call.excinfo.value if call.excinfo else None
        return Outcome(error)

    explorer = Explorer(scenario, FILES, Settings())
    plan = Plan.parse("raise OSError @ end:send#0")
    with explorer.under_control(), explorer.probing():
        explorer.judge(plan, Schedule(), *explorer.run(plan, Schedule())[:2])
    assert [story.finding.law for story in explorer.report.stories] == laws
    assert explorer.report.doubts
