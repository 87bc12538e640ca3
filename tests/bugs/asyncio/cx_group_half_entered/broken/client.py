"""A client that keeps its connection alive."""

import asyncio


class Client:
    def __init__(self, wire):
        self.wire, self.keepalive = wire, None

    async def __aenter__(self):
        self.keepalive = asyncio.create_task(self._ping())
        await self.wire.hello()
        return self

    async def __aexit__(self, *error):
        self.keepalive.cancel()
        await asyncio.gather(self.keepalive, return_exceptions=True)

    async def _ping(self):
        while True:
            await asyncio.sleep(10)
            await self.wire.ping()
