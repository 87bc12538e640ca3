"""Pages are fetched, never more than a few at a time."""

import asyncio


class Crawler:
    def __init__(self, site, limit):
        self.site, self.limit = site, asyncio.Semaphore(limit)

    async def fetch(self, url):
        async with self.limit:
            return await self.site.get(url)
