"""Searches in several catalogues at once; the first that finds something is enough."""

import asyncio


class Catalogue:
    def __init__(self, delay):
        self.delay, self.pages = delay, 0

    async def search(self, word):
        await asyncio.sleep(self.delay)
        self.pages += 1
        return word


async def find(catalogues, word):
    asked = {asyncio.create_task(catalogue.search(word)) for catalogue in catalogues}
    done, rest = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    return sorted(task.result() for task in done)[0]


async def desk(catalogues, words):
    asked = [asyncio.create_task(find(catalogues, word)) for word in words]
    await asyncio.wait(asked)
    await asyncio.sleep(0.1)
    return [None if task.cancelled() or task.exception() else task.result() for task in asked]


def test_words_are_found():
    assert asyncio.run(desk([Catalogue(0.01), Catalogue(0.02)], ["tea"])) == ["tea"]
