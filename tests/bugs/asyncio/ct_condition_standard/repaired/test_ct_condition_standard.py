"""A restaurant with two tables: asyncio.Condition, used by the book."""

import asyncio


class Kitchen:
    def __init__(self):
        self.served = []

    async def cook(self, guest):
        await asyncio.sleep(0.001)
        self.served.append(guest)


class Restaurant:
    def __init__(self, kitchen, tables=2):
        self.kitchen, self.tables = kitchen, tables
        self.free = asyncio.Condition()

    async def eat(self, guest):
        async with self.free:
            await self.free.wait_for(lambda: self.tables > 0)
            self.tables -= 1
        try:
            await self.kitchen.cook(guest)
        finally:
            self.tables += 1
            await asyncio.shield(self._tell())

    async def _tell(self):
        async with self.free:
            self.free.notify()


async def evening(guests):
    restaurant = Restaurant(Kitchen())
    await asyncio.gather(*(restaurant.eat(guest) for guest in guests), return_exceptions=True)
    return sorted(restaurant.kitchen.served)


def test_everybody_eats():
    assert asyncio.run(evening("abcd")) == ["a", "b", "c", "d"]
