"""A cache with single flight: who asks for a key that is being fetched waits for that fetch."""

import asyncio


class Origin:
    def __init__(self, objects):
        self.objects, self.fetches = objects, 0

    async def fetch(self, key):
        self.fetches += 1
        await asyncio.sleep(0.01)
        return self.objects[key]


class Cache:
    def __init__(self, origin):
        self.origin, self.flights = origin, {}

    async def get(self, key):
        if key in self.flights:
            return await asyncio.shield(self.flights[key])
        flight = self.flights[key] = asyncio.get_running_loop().create_future()
        value = await self.origin.fetch(key)
        flight.set_result(value)
        return value


async def browse(keys):
    cache = Cache(Origin({"logo": "<svg>", "font": "<woff>"}))
    pages = [asyncio.create_task(cache.get(key)) for key in keys]
    await asyncio.wait(pages)
    return [page.result() for page in pages]


def test_the_logo_is_fetched_once():
    assert asyncio.run(browse(["logo", "logo", "font"])) == ["<svg>", "<svg>", "<woff>"]
