"""The examples of the page on assertion helpers run, and the page names every helper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from plugin_runs import Run

import pytest_taskfail

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"


def test_the_examples_of_the_page_run(run: Run, pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    pytester.makepyfile(test_page="\n\n".join(blocks))
    result = run("-q")
    written = len(re.findall(r"^def test_", "\n".join(blocks), re.MULTILINE))
    outcomes = result.parseoutcomes()
    assert outcomes.get("passed", 0) + outcomes.get("skipped", 0) == written > 8
    assert not outcomes.get("failed")


def test_the_page_names_every_helper() -> None:
    named = set(re.findall(r"`(assert_\w+|find_\w+)", PAGE.read_text()))
    assert named >= {name for name in pytest_taskfail.__all__ if name.startswith(("assert_", "find_"))}
