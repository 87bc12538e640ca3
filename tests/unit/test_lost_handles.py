"""Whether the function that a fault has left was the only one that knew a task."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from pytest_taskfail.runtime.loops.handles import is_lost
from pytest_taskfail.runtime.reading.sources import Sources

ASKED = """
import asyncio

KNOWN = []

class Work:
    def run(self, make, fail, group):
        {line}
        fail()
"""


class Cancellable:
    def cancel(self) -> None:
        pass


def left_by_a_fault(tmp_path: Path, line: str, name: str = "work.py") -> tuple[Cancellable, TracebackType, Sources]:
    path, task = tmp_path / name, Cancellable()
    path.write_text(ASKED.format(line=line.replace("\n", "\n        ")))
    names: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)

    def fail() -> None:
        raise OSError

    with pytest.raises(OSError) as caught:
        names["Work"]().run(lambda: task, fail, [])
    return task, caught.value.__traceback__, Sources(str(tmp_path))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "line",
    [
        "audit = make()",
        "parts = [make()]",
        "parts = [make()]\nfor part in parts:\n    str(part)",
        "audit = make()\nif audit is None:\n    audit.cancel()\n    asyncio.wait([audit])",
        "parts = [make()]\nif not parts:\n    asyncio.gather(*parts)",
    ],
)
def test_who_alone_knows_a_task_and_fails_loses_it(tmp_path: Path, line: str) -> None:
    task, traceback, files = left_by_a_fault(tmp_path, line)
    assert is_lost(task, traceback, files)
    assert not is_lost(Cancellable(), traceback, files)


@pytest.mark.parametrize(
    "line",
    [
        "make()",
        "self.audit = make()",
        "audit = make()\nself.audit = audit",
        "audit = make()\ngroup.append(audit)",
        "audit = make()\nKNOWN.append(audit)",
        "audit = make()\nif not audit:\n    return audit",
        "group.append(make())",
        "audit = make()\ngroup.append(audit.cancel)",
        "audit = make()\ngroup.append(lambda: audit.cancel())",
    ],
)
def test_a_task_that_others_know_too_is_not_lost(tmp_path: Path, line: str) -> None:
    task, traceback, files = left_by_a_fault(tmp_path, line)
    assert not is_lost(task, traceback, files)


def test_in_a_test_file_it_is_the_test_s_own_business(tmp_path: Path) -> None:
    task, traceback, files = left_by_a_fault(tmp_path, "audit = make()", "test_work.py")
    assert not is_lost(task, traceback, files)
