"""Downloads, never more than two at a time."""

import asyncio


class Site:
    def __init__(self, sizes):
        self.sizes, self.now, self.most = sizes, 0, 0

    async def get(self, name):
        await asyncio.sleep(0.001)
        return self.sizes[name]


class Downloads:
    def __init__(self, site, limit=2):
        self.site, self.limit = site, asyncio.Semaphore(limit)

    async def _get(self, name):
        async with self.limit:
            return name, await self.site.get(name)

    async def run(self, names):
        sizes = {}
        for future in asyncio.as_completed([self._get(name) for name in names], timeout=10):
            name, size = await future
            sizes[name] = size
        return sizes


def test_sizes():
    async def main():
        return await Downloads(Site({"a": 1, "b": 2, "c": 3})).run("abc")

    assert asyncio.run(main()) == {"a": 1, "b": 2, "c": 3}
