"""Tasks of a loop that accompany a job end with it."""

import asyncio
import contextlib


class Job:
    def __init__(self):
        self.beats, self.rows = 0, []

    async def beat(self):
        while True:
            await asyncio.sleep(1)
            self.beats += 1

    async def write(self, waiting):
        while (row := await waiting.get()) is not None:
            self.rows.append(row)

    async def compute(self, number):
        await asyncio.sleep(0.5)
        if number < 0:
            raise ValueError(number)
        return number

    async def run_with_heart(self):
        heart = asyncio.create_task(self.beat())
        try:
            return await self.compute(1)
        finally:
            heart.cancel()

    async def run_with_writer(self):
        waiting = asyncio.Queue()
        writer = asyncio.create_task(self.write(waiting))
        try:
            await waiting.put(await self.compute(1))
        finally:
            waiting.put_nowait(None)
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    async def run_in_group(self):
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(self.compute(number))

    async def run_first(self):
        tasks = [asyncio.create_task(self.compute(number)) for number in range(2)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
        return [task.exception() for task in tasks if task.done() and not task.cancelled()]


async def shown(method):
    try:
        await method()
    except* Exception:
        pass
    await asyncio.sleep(0)


def test_a_heart():
    asyncio.run(shown(Job().run_with_heart))


def test_a_writer():
    asyncio.run(shown(Job().run_with_writer))


def test_a_group():
    asyncio.run(shown(Job().run_in_group))


def test_the_first():
    asyncio.run(shown(Job().run_first))
