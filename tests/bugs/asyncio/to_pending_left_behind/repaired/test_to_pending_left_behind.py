"""A metasearch: engines are asked at the same time, what has answered within the limit is merged."""

import asyncio


class Engine:
    def __init__(self, name, hits, delay):
        self.name, self.hits, self.delay = name, hits, delay

    async def search(self, words):
        await asyncio.sleep(self.delay)
        return [f"{self.name}:{hit}" for hit in self.hits if words in hit]


class MetaSearch:
    def __init__(self, engines, limit=0.5):
        self.engines, self.limit = engines, limit

    async def search(self, words):
        tasks = [asyncio.create_task(engine.search(words)) for engine in self.engines]
        done, pending = await asyncio.wait(tasks, timeout=self.limit)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        hits = [hit for task in tasks if task in done and not task.cancelled() and not task.exception() for hit in task.result()]
        return hits


async def ask(words):
    engines = [Engine("quick", ["red bike", "blue bike"], 0.01), Engine("thorough", ["old bike", "bike shop"], 0.03)]
    return await MetaSearch(engines).search(words)


def test_all_engines_contribute():
    assert len(asyncio.run(ask("bike"))) == 4
