"""Prices of several books are asked for at once; tenacity asks again where the shop does not answer."""

import asyncio

from tenacity import retry, stop_after_attempt, wait_none

PRICES = {"atlas": 30, "primer": 12}


class Shop:
    async def price(self, book):
        await asyncio.sleep(0.01)
        return PRICES[book]


@retry(stop=stop_after_attempt(8), wait=wait_none(), reraise=True)
async def price(shop, book):
    return await shop.price(book)


async def prices(shop, books):
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(price(shop, book)) for book in books]
    return [one.result() for one in asked]


def test_all_prices_are_known():
    assert asyncio.run(prices(Shop(), ["atlas", "primer"])) == [30, 12]
