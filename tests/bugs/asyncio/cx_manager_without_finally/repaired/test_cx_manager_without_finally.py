"""Requests to an API, never more than one at a time: a context manager hands out the permit."""

import asyncio
import contextlib


class Api:
    def __init__(self, answers):
        self.answers = answers

    async def get(self, path):
        await asyncio.sleep(0.01)
        return self.answers[path]


class Throttle:
    def __init__(self, permits):
        self.permits = asyncio.Semaphore(permits)
        self.count = 0

    @contextlib.asynccontextmanager
    async def permit(self):
        await self.permits.acquire()
        self.count += 1
        try:
            yield self.count
        finally:
            self.permits.release()


class Site:
    def __init__(self, api, throttle):
        self.api, self.throttle = api, throttle
        self.pages = {}

    async def load(self, path):
        async with self.throttle.permit() as number:
            self.pages[path] = number, await self.api.get(path)

    async def load_all(self, paths):
        results = await asyncio.gather(*(self.load(path) for path in paths), return_exceptions=True)
        return [path for path, result in zip(paths, results) if result is not None]


def test_all_pages_are_loaded():
    site = Site(Api({"/": "home", "/faq": "questions", "/map": "map"}), Throttle(1))
    assert asyncio.run(site.load_all(["/", "/faq", "/map"])) == []
    assert site.pages["/map"] == (3, "map")
