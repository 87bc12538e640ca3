"""Prices are taken as they come; when a shop does not answer there is no offer."""

import asyncio


class Shop:
    def __init__(self, name, seconds, log):
        self.name = name
        self.seconds = seconds
        self.log = log

    async def reserve(self):
        await asyncio.sleep(self.seconds)
        self.log.append(self.name)
        return len(self.name)


async def cheapest(shops):
    tasks = [asyncio.create_task(shop.reserve()) for shop in shops]
    best = None
    try:
        for answer in asyncio.as_completed(tasks):
            price = await answer
            best = price if best is None else min(best, price)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return best


async def offer(shops):
    try:
        return await cheapest(shops)
    except ConnectionError:
        await asyncio.sleep(1)
        return None


def test_the_cheapest_is_offered():
    log = []
    shops = [Shop("north", 0.1, log), Shop("west", 0.2, log), Shop("south", 0.3, log)]
    assert asyncio.run(offer(shops)) == 4
    assert len(log) == 3
