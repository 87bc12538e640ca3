"""Two tasks of the test fetch at the same time."""

import asyncio

from crawler import Crawler


class Site:
    async def get(self, url):
        await asyncio.sleep(0.1)
        return url


async def visit(crawler, url, seen):
    try:
        seen.append(await crawler.fetch(url))
    except OSError:
        seen.append("down")


def test_one_after_the_other():
    async def main():
        crawler, seen = Crawler(Site(), 1), []
        tasks = [asyncio.create_task(visit(crawler, url, seen)) for url in ("a", "b")]
        await asyncio.wait(tasks)
        assert seen == ["a", "b"]

    asyncio.run(main())
