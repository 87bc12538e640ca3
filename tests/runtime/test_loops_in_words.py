"""What is said of tasks that wait: also behind asynchronous generators, and in a loop that never ends; and nothing afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from controlled_runs import alone

from pytest_taskfail.laws import judge
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.quiet import leftovers_untold

FILE = "tests/runtime/test_loops_in_words.py"


def told(run: Any) -> list[str]:
    """The evidence of the only finding, without the numbers of lines."""
    (finding,) = judge(run.trace, Trace())
    return [line.replace(FILE, "here").partition(" at here")[0] for line in finding.lines]


def test_a_lock_that_an_asynchronous_generator_waits_for(control: Any) -> None:
    lock = asyncio.Lock()

    async def rows() -> AsyncIterator[int]:
        async with lock:
            yield 1

    @contextlib.asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        async with lock:
            yield

    async def read() -> None:
        async for _ in rows():
            pass

    async def enter() -> None:
        async with turn():
            pass

    async def main() -> None:
        await lock.acquire()
        await asyncio.gather(read(), enter())

    run = control(lambda: asyncio.run(main()))
    assert run.trace.stopped == "deadlock"
    words = told(run)
    assert [line for line in words if line.startswith(("read#0", "enter#0"))] == [
        "read#0  waits for Lock, held by main#0 (taken",
        "enter#0  waits for Lock, held by main#0 (taken",
    ]
    assert any(" in rows" in stack for stack in run.trace.stacks)


def test_the_tasks_of_a_loop_that_never_ends_are_named() -> None:
    alone(the_tasks_of_a_loop_that_never_ends_are_named)


def the_tasks_of_a_loop_that_never_ends_are_named(control: Any) -> None:
    async def poll() -> None:
        while True:
            await asyncio.sleep(1)

    async def main() -> None:
        await asyncio.create_task(poll())

    run = control(lambda: asyncio.run(main()), steps_max=2000)
    assert run.trace.stopped == "livelock"
    assert told(run) == ["main#0  waits for poll#0", "poll#0  waits for the end of its sleep", "test  runs on"]


def test_the_last_failure_of_an_experiment_keeps_nothing_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    told, earlier = [], ValueError("of the user")
    monkeypatch.setattr(sys, "last_value", earlier, raising=False)
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    async def left() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            raise OSError

    def experiment() -> None:
        coroutine = left()
        with contextlib.suppress(StopIteration):
            coroutine.send(None)
        raise KeyError

    with leftovers_untold():
        try:
            experiment()
        except KeyError as error:
            sys.last_value = error
            del error
    assert sys.last_value is earlier
    assert told == []
