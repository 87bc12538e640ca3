"""Real pytest runs need the plugin `pytester`; it must be asked for above the folders that use it. And who runs what."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]

SHARES = {"3.11": 0, "3.13": 1}
"""Tests that start interpreters run all on one Python; on these two every third one, unless `TASKFAIL_TESTS=all` asks for all."""

SHARED = ("tests/bugs/", "tests/plugin/")


def shared_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The items that another Python runs."""
    mine = SHARES.get(f"{sys.version_info[0]}.{sys.version_info[1]}")
    if mine is None or os.environ.get("TASKFAIL_TESTS") == "all":
        return
    slow = sorted((item for item in items if item.nodeid.startswith(SHARED)), key=lambda item: item.nodeid)
    yield from (item for number, item in enumerate(slow) if number % 3 != mine)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves some of the slow tests to other Pythons, where a whole folder was asked for."""
    if any("::" in argument for argument in config.args):
        return
    left = set(shared_out(items))
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]
