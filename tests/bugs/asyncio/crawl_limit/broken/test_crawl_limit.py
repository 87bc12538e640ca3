"""No more than two pages are fetched at a time; what has been fetched is counted when a fetch ends."""

import asyncio


class Journal:
    def note(self, task):
        pass


class Crawler:
    def __init__(self, journal):
        self.free = asyncio.Semaphore(2)
        self.journal = journal

    async def start(self, page):
        await self.free.acquire()
        task = asyncio.ensure_future(fetch(page))
        task.add_done_callback(self._done)
        return task

    def _done(self, task):
        self.journal.note(task)
        self.free.release()


async def fetch(page):
    await asyncio.sleep(0.1)
    return page


async def crawl(pages):
    crawler = Crawler(Journal())
    tasks = [await crawler.start(page) for page in pages]
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_crawl():
    assert len(asyncio.run(crawl("abcde"))) == 5
