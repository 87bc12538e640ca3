"""A guest comes by himself, the other one is the test."""

import asyncio

from bakery import Counter


def test_the_next_guest_is_served():
    async def morning():
        counter = Counter()
        await counter.come()
        guest = asyncio.create_task(counter.buy())
        await asyncio.sleep(0.01)
        counter.go()
        await counter.buy()
        await asyncio.wait([guest])

    asyncio.run(morning())
