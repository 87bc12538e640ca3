"""A crawler: one task goes through the pages of a site, another one indexes them; the end is a None in the queue."""

import asyncio


class Site:
    async def pages(self):
        for name in ("home", "news"):
            await asyncio.sleep(0.01)
            yield name


class Crawler:
    def __init__(self, site):
        self.site, self.index, self.found = site, [], asyncio.Queue()

    async def _crawl(self):
        async for page in self.site.pages():
            self.found.put_nowait(page)
        self.found.put_nowait(None)

    async def _index(self):
        while (page := await self.found.get()) is not None:
            self.index.append(page)

    async def run(self):
        crawl = asyncio.create_task(self._crawl())
        await self._index()
        await crawl
        return self.index


def test_all_pages_are_indexed():
    async def main():
        return await Crawler(Site()).run()

    assert asyncio.run(main()) == ["home", "news"]
