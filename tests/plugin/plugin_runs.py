"""Helpers of the tests in this folder: programs, and what a run has printed."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]

ALONE = (
    "no:faker",
    "no:randomly",
    "no:rerunfailures",
    "no:timeout",
    "no:pytest_cov",
    "no:xdist",
    "no:cacheprovider",
    "no:asyncio",
    "no:anyio",
    "no:benchmark",
    "no:html",
    "no:metadata",
    "no:pytest_mock",
    "no:syrupy",
    "no:pytest_github_actions_annotate_failures",
)
"""Other plugins that are left out where a test is not about them."""

LIMIT = 90.0
"""Seconds after which a run counts as hung."""

SHOP = """
import threading
from concurrent.futures import ThreadPoolExecutor


class Gateway:
    def charge(self, number):
        return number


class Shop:
    def __init__(self, gateway):
        self.gateway = gateway
        self.lock = threading.Lock()

    def pay(self, number):
        self.lock.acquire()
        self.gateway.charge(number)
        self.lock.release()

    def pay_safely(self, number):
        with self.lock:
            self.gateway.charge(number)


def pay_all(pay):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(pay, number) for number in range(3)]
    return [job.exception() for job in jobs]
"""
"""A lock that stays locked when the gateway fails, and beside it the same done well. Lines count from 1."""


def load(pytester: pytest.Pytester, name: str = "out.json") -> dict[str, Any]:
    """The JSON report, its tests by the name of their function."""
    data = json.loads((pytester.path / name).read_text())
    assert data["version"] == 1
    return {test["test"].rpartition("::")[2]: test for test in data["tests"]}


def replay_words(text: str) -> list[str]:
    """The arguments of the first replay line that was printed, as a shell takes them apart."""
    found = re.search(r"^  replay +pytest (.*)$", text, re.MULTILINE)
    assert found is not None, text
    return shlex.split(found[1])


def fails_in(result: pytest.RunResult) -> list[str]:
    """The names of the tests that failed."""
    return re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", result.stdout.str(), re.MULTILINE)
