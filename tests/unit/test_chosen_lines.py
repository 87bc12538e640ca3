"""Choices at lines: a wide pattern means the user's files only, none of the standard library, of pytest or of this project."""

from __future__ import annotations

import os
import threading

import pytest

from pytest_taskfail.runtime import scheduler
from pytest_taskfail.runtime.lines import LineProbe
from pytest_taskfail.runtime.reading.sources import Sources

HERE = os.path.dirname(__file__)


@pytest.mark.parametrize("pattern", ["*.py", "*"])
def test_a_wide_pattern_chooses_the_users_files_only(pattern: str) -> None:
    lines = LineProbe(Sources(HERE), (pattern,))
    assert lines.chosen(__file__)
    assert lines.chosen(os.path.join(HERE, "orders.py"))
    assert [name for name in (threading.__file__, scheduler.__file__, pytest.__file__) if lines.chosen(name)] == []
