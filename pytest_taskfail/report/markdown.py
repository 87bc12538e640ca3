"""What was found, as a table for the summary of a CI step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model.counts import count


def step_summary(results: Iterable[dict[str, Any]]) -> str:
    """Markdown: how much was explored, and a row for each finding; empty where nothing was explored."""
    explored = [data for data in results if data.get("explored")]
    if not explored:
        return ""
    rows = [(data["test"], finding) for data in explored for finding in data["findings"]]
    lines = ["### pytest-taskfail", "", f"Explored {count(len(explored), 'test')}, {count(len(rows), 'finding')}.", ""]
    if rows:
        lines += ["| test | finding | replay |", "|---|---|---|"]
        lines += [f"| {_code(test)} | {_plain(one['verdict'])} | {_code(one['replay'])} |" for test, one in rows]
        lines += ["", "Replay one with `pytest TEST --taskfail-replay=REPLAY`.", ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text.removeprefix("taskfail: ")


def _code(text: str) -> str:
    """In a table even code must not contain a bar."""
    return "`` " + text.replace("|", "\\|") + " ``" if "`" in text else "`" + text.replace("|", "\\|") + "`"
