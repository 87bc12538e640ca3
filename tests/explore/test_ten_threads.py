"""Goal: a correct program of ten threads is never accused, whatever the interpreter's switch interval and the load beside it.

Method: explore it again and again with a random switch interval while another process keeps a core busy. `TASKFAIL_TIMES` sets
how often.
"""

from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.runtime.reading.sources import Sources

TIMES = int(os.environ.get("TASKFAIL_TIMES", "10"))


class Bank:
    """Ten clerks move money between accounts; locks are taken in one order and given back whatever happens."""

    def __init__(self, accounts: int) -> None:
        self.locks = [threading.Lock() for _ in range(accounts)]
        self.balances = [100] * accounts
        self.done: queue.Queue[int] = queue.Queue()

    def move(self, clerk: int) -> None:
        try:
            source, target = sorted((clerk % len(self.locks), (clerk + 1) % len(self.locks)))
            with self.locks[source], self.locks[target]:
                self.balances[source] -= 1
                self.balances[target] += check(clerk) * 0 + 1
        finally:
            self.done.put(clerk)


def check(clerk: int) -> int:
    return clerk


def program() -> Outcome:
    try:
        move_money()
    except Exception as error:
        return Outcome(error=error)
    return Outcome()


def move_money() -> None:
    bank = Bank(4)
    clerks = [threading.Thread(target=bank.move, args=(number,)) for number in range(10)]
    for clerk in clerks:
        clerk.start()
    seen = sorted(bank.done.get(timeout=60) for _ in clerks)
    for clerk in clerks:
        clerk.join()
    assert seen == list(range(10))


@pytest.fixture
def load() -> Iterator[None]:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    busy.kill()
    busy.wait()


def test_a_correct_program_is_never_accused(load: None) -> None:
    chance = random.Random(7)
    for _ in range(TIMES):
        sys.setswitchinterval(10 ** chance.uniform(-6, -2))
        report = Explorer(program, Sources(os.path.dirname(__file__)), Settings(budget=0.5)).explore()
        assert report.why_not == ""
        assert [story.finding for story in report.stories] == []
        assert report.experiments > 3
