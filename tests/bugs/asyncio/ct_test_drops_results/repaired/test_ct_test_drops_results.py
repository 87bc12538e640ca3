"""Two things are put there at the same time."""

import asyncio

from shelf import Shelf


def test_two_things():
    async def both(shelf):
        await asyncio.wait([asyncio.create_task(shelf.put("cup")), asyncio.create_task(shelf.put("jug"))])

    async def main():
        shelf = Shelf()
        await both(shelf)
        assert sorted(shelf.things) == ["cup", "jug"]

    asyncio.run(main())
