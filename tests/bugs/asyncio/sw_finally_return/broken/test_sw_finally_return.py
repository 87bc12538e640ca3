"""A crawler: each site is crawled up to a number of pages, and what was got so far is the result, also after an error."""

import asyncio


class Web:
    def __init__(self, sites):
        self.sites = sites

    async def download(self, site, page):
        await asyncio.sleep(0.1)
        return self.sites[site][page]


class Crawler:
    def __init__(self, web, pages=2):
        self.web, self.pages = web, pages
        self.index = {}

    async def crawl(self, site):
        words = []
        try:
            for page in range(self.pages):
                words += (await self.web.download(site, page)).split()
        finally:
            self.index[site] = len(words)
            return len(words)

    async def crawl_all(self, sites):
        total = 0
        for site in sites:
            total += await self.crawl(site)
        return total


async def build(crawlers):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(crawler.crawl_all(sites)) for crawler, sites in crawlers]
    return sum(task.result() for task in tasks)


def test_the_index_counts_all_words():
    web = Web({"a.org": ["one two", "three"], "b.org": ["four", "five six"], "c.org": ["seven", "eight"]})
    crawlers = [(Crawler(web), ["a.org", "b.org"]), (Crawler(web), ["c.org"])]
    assert asyncio.run(build(crawlers)) == 8
