"""A client says hello."""

import asyncio

from client import Client


class Wire:
    greeted = False

    async def hello(self):
        self.greeted = True

    async def ping(self):
        await asyncio.sleep(0)


def test_greets():
    async def main():
        async with Client(Wire()) as client:
            assert client.wire.greeted

    asyncio.run(main())
