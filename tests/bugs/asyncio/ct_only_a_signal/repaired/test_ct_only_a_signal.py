"""Readers of a ticker are woken by a task of its own, as the one who writes must not wait."""

import asyncio


class Ticker:
    def __init__(self):
        self.changed = asyncio.Condition()
        self.price = None
        self.waking = set()

    async def _wake(self, how):
        async with self.changed:
            how()

    def write(self, price):
        self.price = price
        task = asyncio.get_running_loop().create_task(self._wake(self.changed.notify_all))
        self.waking.add(task)
        task.add_done_callback(self.waking.discard)

    async def read(self):
        async with self.changed:
            while self.price is None:
                await self.changed.wait()
            return self.price


def test_readers_are_woken():
    async def main():
        ticker = Ticker()
        readers = [asyncio.create_task(ticker.read()) for _ in range(2)]
        await asyncio.sleep(0)
        ticker.write(7)
        assert await asyncio.gather(*readers) == [7, 7]

    asyncio.run(main())
