"""A crawler that counts active downloads and waits on an asyncio.Condition until there is none."""

import asyncio


class Fetcher:
    def __init__(self, links):
        self.links = links

    async def fetch(self, url):
        await asyncio.sleep(0.001)
        return self.links.get(url, [])


class Crawler:
    def __init__(self, fetcher):
        self.fetcher, self.seen = fetcher, set()
        self.active, self.changed = 0, asyncio.Condition()
        self.tasks = []

    def _follow(self, url):
        if url not in self.seen:
            self.seen.add(url)
            self.active += 1
            self.tasks.append(asyncio.create_task(self._visit(url)))

    async def _visit(self, url):
        for link in await self.fetcher.fetch(url):
            self._follow(link)
        async with self.changed:
            self.active -= 1
            self.changed.notify_all()

    async def run(self, url):
        self._follow(url)
        async with self.changed:
            await self.changed.wait_for(lambda: self.active == 0)
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return len(self.seen)


def test_all_pages_are_seen():
    async def main():
        return await Crawler(Fetcher({"/": ["/a", "/b"], "/a": ["/b", "/c"]})).run("/")

    assert asyncio.run(main()) == 4
