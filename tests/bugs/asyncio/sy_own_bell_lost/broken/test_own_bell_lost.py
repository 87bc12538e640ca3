"""A bell, written by hand: who waits has an event of his own, and the first in line is woken."""

import asyncio


class Bell:
    def __init__(self):
        self.line = []

    async def wait(self):
        mine = asyncio.Event()
        self.line.append(mine)
        try:
            await mine.wait()
        except BaseException:
            if mine in self.line:
                self.line.remove(mine)
            raise

    def notify(self):
        if self.line:
            self.line.pop(0).set()


async def runner(bell, parcels, delivered):
    while not parcels:
        await bell.wait()
    delivered.append(parcels.pop())


async def deliver():
    bell, parcels, delivered = Bell(), [], []
    runners = [asyncio.create_task(runner(bell, parcels, delivered)) for _ in range(2)]
    await asyncio.sleep(0.01)
    parcels.append("books")
    bell.notify()
    waiting = runners
    try:
        while parcels and waiting:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in runners:
            one.cancel()
        await asyncio.gather(*runners, return_exceptions=True)
    return delivered


def test_the_parcel_is_delivered():
    assert asyncio.run(deliver()) == ["books"]
