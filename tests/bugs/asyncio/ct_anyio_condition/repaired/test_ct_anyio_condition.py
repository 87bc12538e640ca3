"""Cooks wait with anyio's condition, and are cancelled when nobody orders any more."""

import asyncio

import anyio


class Kitchen:
    def __init__(self):
        self.condition, self.orders, self.served = anyio.Condition(), [], []

    async def cook(self):
        async with self.condition:
            while not self.orders:
                await self.condition.wait()
            self.served.append(self.orders.pop())

    async def order(self, dish):
        async with self.condition:
            self.orders.append(dish)
            self.condition.notify_all()


async def serve(dish):
    kitchen = Kitchen()
    cooks = [asyncio.create_task(kitchen.cook()) for _ in range(2)]
    await asyncio.sleep(0.01)
    await kitchen.order(dish)
    await asyncio.wait(cooks, return_when=asyncio.FIRST_COMPLETED)
    for cook in cooks:
        cook.cancel()
    await asyncio.gather(*cooks, return_exceptions=True)
    return kitchen.served


def test_the_dish_is_served_once():
    assert asyncio.run(serve("soup")) == ["soup"]
