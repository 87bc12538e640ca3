"""What is said of tasks that wait: also behind asynchronous generators, and in a loop that never ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from controlled_runs import alone

from pytest_taskfail.laws import judge
from pytest_taskfail.model.traces import Trace

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
