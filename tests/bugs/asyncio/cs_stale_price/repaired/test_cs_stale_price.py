"""Quotes are made from prices that are refreshed before each round."""

import asyncio

import pytest


class Market:
    def __init__(self):
        self.now = 100

    async def price(self):
        await asyncio.sleep(0.001)
        return self.now


class Quotes:
    def __init__(self, market):
        self.market = market
        self.price, self.made, self.skipped = None, [], 0

    async def refresh(self):
        try:
            self.price = await self.market.price()
        except OSError:
            self.price = None  # try again in the next round

    async def quote(self, customer):
        if self.price is None:
            self.skipped += 1
            return
        await asyncio.sleep(0.001)
        self.made.append((customer, self.price, self.market.now))


async def trade(quotes, rounds):
    for n in range(rounds):
        quotes.market.now = 100 + n
        await asyncio.create_task(quotes.refresh())
        async with asyncio.TaskGroup() as group:
            for customer in ("ann", "bob"):
                group.create_task(quotes.quote(customer))


@pytest.mark.taskfail
def test_quotes_use_the_price_of_their_round():
    quotes = Quotes(Market())
    asyncio.run(trade(quotes, 3))
    assert len(quotes.made) + quotes.skipped == 6
    for customer, used, current in quotes.made:
        assert used == current, quotes.made
