"""A connection that lives as long as somebody uses it."""

import asyncio
from contextlib import asynccontextmanager


class Shared:
    def __init__(self, login):
        self.login = login
        self.users = 0
        self.pinger = None

    @asynccontextmanager
    async def use(self):
        self.users += 1
        if self.users == 1:
            self.pinger = asyncio.create_task(self._ping())
        try:
            yield await self.login()
        finally:
            self.users -= 1
            if not self.users:
                self.pinger.cancel()
                await asyncio.gather(self.pinger, return_exceptions=True)

    async def _ping(self):
        while True:
            await asyncio.sleep(15)
