"""A client that keeps its connection alive."""

import asyncio


class Client:
    def __init__(self, wire):
        self.wire, self.keepalive = wire, None

    async def __aenter__(self):
        await self.wire.hello()
        self.keepalive = asyncio.create_task(self._ping())
        return self

    async def __aexit__(self, *error):
        self.keepalive.cancel()
        await asyncio.gather(self.keepalive, return_exceptions=True)

    async def _ping(self):
        while True:
            await asyncio.sleep(10)
            await self.wire.ping()
