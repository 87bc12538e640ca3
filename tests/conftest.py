"""Real pytest runs need the plugin `pytester`; it must be asked for above the folders that use it. And who runs what."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]

SHARES = {"3.11": 0, "3.12": 1, "3.13": 2}
"""With `TASKFAIL_TESTS=share`, as `dev.py test` sets it where it finds all three, each slow test runs on one of these Pythons."""

SLOW = ("tests/adapters/", "tests/bugs/", "tests/explore/", "tests/mutants/", "tests/plugin/", "examples/")
"""They explore, or start interpreters."""


def of_other_pythons(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The items that another Python runs."""
    mine = SHARES.get(f"{sys.version_info[0]}.{sys.version_info[1]}")
    if mine is None or os.environ.get("TASKFAIL_TESTS") != "share":
        return
    slow = (item for item in items if item.nodeid.startswith(SLOW))
    yield from (item for item in slow if share_of(item.nodeid) != mine)


def share_of(nodeid: str) -> int:
    """Which Python runs a slow test: the same one whatever else the others have collected."""
    return zlib.crc32(nodeid.encode()) % len(SHARES)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves slow tests to other Pythons."""
    left = set(of_other_pythons(items))
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]
