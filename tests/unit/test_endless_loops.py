"""Loops that look again and again: which of them have no end of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_taskfail.runtime.reading.endless import is_endless


@pytest.mark.parametrize(
    ("loop", "endless"),
    [
        ("while not flag.is_set():\n    sleep(1)  # here", True),
        ("while True:\n    sleep(1)  # here\n    if flag.is_set():\n        break", True),
        ("while status.value != DONE:\n    sleep(1)  # here", True),
        ("while True:\n    for job in jobs:\n        look(job)  # here", True),
        ("while time.monotonic() - start < 5:\n    sleep(1)  # here", False),
        ("while not flag.is_set():\n    sleep(1)  # here\n    if time.time() == end:\n        raise TimeoutError", False),
        ("while tries != 5:\n    sleep(1)  # here\n    tries += 1", False),
        ("while True:\n    sleep(1)  # here\n    tries += 1\n    if tries > 5:\n        break", False),
        ("for _ in range(9):\n    sleep(1)  # here", False),
        ("sleep(1)  # here", False),
    ],
)
def test_a_loop_with_a_limit_is_not_endless(tmp_path: Path, loop: str, endless: bool) -> None:
    path = tmp_path / "loop.py"
    path.write_text(loop + "\n")
    line = next(number for number, text in enumerate(loop.splitlines(), 1) if "# here" in text)
    assert is_endless(str(path), line) is endless


def test_what_cannot_be_read_is_not_endless(tmp_path: Path) -> None:
    assert not is_endless(str(tmp_path / "none.py"), 1)
    bad = tmp_path / "bad.py"
    bad.write_text("while (\n")
    assert not is_endless(str(bad), 1)
