"""Those who handle failures leave cancellations alone."""

import asyncio
import contextlib


class Feed:
    def __init__(self):
        self.late, self.seen, self.open = 0, [], 0

    async def read(self, number):
        await asyncio.sleep(0.2)
        return number

    async def follow(self):
        for number in range(3):
            try:
                self.seen.append(await self.read(number))
            except OSError:
                self.late += 1
            await asyncio.sleep(0.1)

    async def follow_closely(self):
        for number in range(3):
            self.open += 1
            try:
                self.seen.append(await self.read(number))
            except asyncio.CancelledError:
                self.open -= 1
                raise
            self.open -= 1
            await asyncio.sleep(0.1)

    async def glance(self):
        with contextlib.suppress(OSError, ValueError):
            self.seen.append(await self.read(0))
        await asyncio.sleep(0.1)
        return self.seen

    async def stroll(self):
        try:
            async with asyncio.timeout(3):
                self.seen.append(await self.read(0))
        except TimeoutError:
            self.late += 1
        await asyncio.sleep(0.1)
        return self.seen


async def some_time(follow):
    task = asyncio.create_task(follow())
    done, pending = await asyncio.wait([task], timeout=5)
    for task in pending:
        task.cancel()
    await asyncio.gather(*done, *pending, return_exceptions=True)


def test_follow():
    asyncio.run(some_time(Feed().follow))


def test_follow_closely():
    asyncio.run(some_time(Feed().follow_closely))


def test_glance():
    asyncio.run(some_time(Feed().glance))


def test_stroll():
    asyncio.run(some_time(Feed().stroll))
