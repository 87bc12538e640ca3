"""Events are passed on to coroutines, and waited for."""

from pyee.asyncio import AsyncIOEventEmitter


class Journal:
    def __init__(self):
        self.events = AsyncIOEventEmitter()
        self.errors = []
        self.events.add_listener("error", self.errors.append)

    async def tell(self, name):
        self.events.emit("told", name)
        await self.events.wait_for_complete()
