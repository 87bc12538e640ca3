"""Whether nothing can fail before a function is inside of a `try` or of its endless loop, as the source says."""

from __future__ import annotations

import ast

import pytest

from pytest_taskfail.runtime.reading.beginnings import first_call, guard_of

GUARDED = "try:\n    await work()\nexcept OSError:\n    pass"


def guarded(source: str) -> bool:
    return guard_of(ast.parse(source).body) is not None


@pytest.mark.parametrize(
    "before",
    [
        "",
        "'''Says what it does.'''",
        "await asyncio.sleep(0)",
        "await asyncio.sleep(self.pause * 2)",
        "loop = asyncio.get_running_loop()",
        "began = time.monotonic()",
        "batch, self.waiting, self.task = self.waiting, {}, None",
        "self.active += 1",
        "seen: set = None",
        "global calls",
        "work, needs = self.nodes[name]",
    ],
)
def test_what_cannot_fail_may_come_first(before: str) -> None:
    assert guarded(f"{before}\n{GUARDED}")


def test_an_endless_loop_and_one_that_only_asks_how_things_stand() -> None:
    inside = GUARDED.replace("\n", "\n  ")
    assert guarded("while True:\n  await work()")
    for head in ("for attempt in range(3)", "for name in names", "while not self.stop.is_set()", "while self.left > 0"):
        assert guarded(f"{head}:\n  {inside}"), head
        assert not guarded(f"{head}:\n  await work()"), head


@pytest.mark.parametrize(
    "before",
    [
        "await work()",
        "connection = connect()",
        "self.socket.close()",
        "await self.task",
        "await asyncio.wait_for(work(), 1)",
        "async with self.lock:\n  pass",
        "items[0] = next(source)",
        "assert self.open",
        "raise ValueError",
    ],
)
def test_what_can_fail_may_not(before: str) -> None:
    assert not guarded(f"{before}\n{GUARDED}")


@pytest.mark.parametrize(
    "body", ["pass", "while await more():\n  try:\n    pass\n  finally:\n    pass", "for x in load():\n  pass"]
)
def test_a_body_without_a_guard_has_none(body: str) -> None:
    assert not guarded(body)


def called_first(source: str) -> str:
    call = first_call(ast.parse(source).body)
    return "" if call is None else ast.unparse(call)


def test_what_is_called_before_anything_else_can_fail() -> None:
    assert called_first("await asyncio.sleep(self.pause)\nawait self.flush()") == "self.flush"
    assert called_first("batch = collect(self.waiting)") == "collect"
    for other in ("collect(next(items))", "total = 1 + collect()", "with lock:\n  collect()", "pass"):
        assert called_first(other) == "", other
