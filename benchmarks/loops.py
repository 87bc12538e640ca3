"""What control of event loops costs, against `asyncio.run` of the same program in the same run: rows for benchmarks/run.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

STEPS = 2_000


def of_loop(main: Callable[[], Awaitable[Any]]) -> Callable[[], None]:
    """A program of one loop."""

    async def run() -> None:
        await main()

    return lambda: asyncio.run(run())


async def child(seconds: float) -> None:
    await asyncio.sleep(seconds)
    await asyncio.sleep(seconds)


async def gather(seconds: float) -> None:
    """Four tasks, two sleeps each."""
    await asyncio.gather(*(child(seconds) for _ in range(4)))


async def group(seconds: float) -> None:
    """The same in a task group."""
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(child(seconds))


async def lock(seconds: float) -> None:
    """Four tasks that take a lock twice each."""
    shared = asyncio.Lock()

    async def use() -> None:
        for _ in range(2):
            async with shared:
                await asyncio.sleep(seconds)

    await asyncio.gather(*(use() for _ in range(4)))


async def back_off() -> None:
    """A retry that waits an hour in all."""
    for attempt in range(12):
        await asyncio.sleep(2**attempt * 0.88)


async def steps() -> None:
    """Many steps of two tasks."""

    async def spin() -> None:
        for _ in range(STEPS // 2):
            await asyncio.sleep(0)

    await asyncio.gather(spin(), spin())


PROGRAMS: list[tuple[str, Callable[[], None], int]] = [
    ("gather of 4, sleeps of 1 ms", of_loop(lambda: gather(0.001)), 10),
    ("task group of 4, sleeps of 1 ms", of_loop(lambda: group(0.001)), 10),
    ("4 tasks, one lock, sleeps of 1 ms", of_loop(lambda: lock(0.001)), 10),
    ("gather of 4 that only yield", of_loop(lambda: gather(0)), 10),
    (f"{STEPS:,} steps of two tasks", of_loop(steps), 1),
]
