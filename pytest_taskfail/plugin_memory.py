"""What is kept from run to run: findings, to be tried first the next time, and replay lines too long for one line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .model.plans import Plan
    from .model.schedules import Schedule

KEY = "taskfail/findings"
"""In pytest's cache: replay lines by test."""

FOLDER = ".taskfail"
"""Below the root folder: files with long replay lines. They can be committed."""

LINE_MAX = 120
"""Characters of a replay line that is printed as it is."""

_COMMENT = "#"


def earlier(config: pytest.Config, nodeid: str) -> tuple[tuple[Plan, Schedule], ...]:
    """The findings that earlier runs had in this test; none where pytest's cache is off."""
    from .model.plans import parse_replay

    found = []
    for line in _kept(config).get(nodeid, ()):
        try:
            found.append(parse_replay(line))
        except ValueError:
            continue  # an exception type of then is gone
    return tuple(found)


def remember(config: pytest.Config, results: Iterable[dict[str, Any]]) -> None:
    """Keeps the findings of the tests that were explored in this run, and those of all others as they were."""
    cache = getattr(config, "cache", None)
    explored = {data["test"]: [one["replay"] for one in data["findings"]] for data in results if data.get("explored")}
    if cache is None or not explored:
        return
    kept = {**_kept(config), **explored}
    cache.set(KEY, {test: lines for test, lines in kept.items() if lines})


def _kept(config: pytest.Config) -> dict[str, list[str]]:
    cache = getattr(config, "cache", None)
    kept = cache.get(KEY, {}) if cache is not None else {}
    return kept if isinstance(kept, dict) else {}


def printed(root: Path, nodeid: str, line: str, lines: tuple[str, ...] = ()) -> str:
    """What to print for a replay line: the line, or the file that it was written to because it is long; then what else is needed.

    Args:
        root: the folder that file names are relative to.
        nodeid: pytest's name of the test.
        line: the replay line.
        lines: the files whose lines were choices.
    """
    others = f' --taskfail-lines="{",".join(lines)}"' if lines else ""
    return _line_or_file(root, nodeid, line) + others


def _line_or_file(root: Path, nodeid: str, line: str) -> str:
    if len(line) <= LINE_MAX:
        return f'"{line}"'
    name = f"{FOLDER}/{hashlib.sha256(line.encode()).hexdigest()[:8]}.txt"
    try:
        (root / FOLDER).mkdir(exist_ok=True)
        (root / name).write_text(f"{_COMMENT} A finding of pytest-taskfail in {nodeid}\n{line}\n")
    except OSError:
        return f'"{line}"'
    return name


def unfolded(root: Path, given: str) -> str:
    """A replay line as it was given, or the one in the file that was named.

    Raises:
        pytest.UsageError: there is no such file, or no line in it.
    """
    if not given.endswith(".txt") or " @ " in given:
        return given
    path = root / given
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith(_COMMENT)]
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not a text file" if isinstance(error, UnicodeDecodeError) else error.strerror or error
        raise pytest.UsageError(f"--taskfail-replay={given}: {why}; give the file that the finding named, or its line") from None
    if len(lines) != 1:
        raise pytest.UsageError(f"--taskfail-replay={given}: the file has {len(lines)} lines; one replay line is expected")
    return lines[0].strip()
