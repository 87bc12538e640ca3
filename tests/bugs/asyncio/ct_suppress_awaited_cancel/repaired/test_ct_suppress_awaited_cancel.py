"""Search as you type: a new key cancels the search under way."""

import asyncio
import contextlib


class Engine:
    async def search(self, words):
        await asyncio.sleep(0.3)
        return f"results for {words}"


class SearchBox:
    def __init__(self, engine):
        self.engine, self.task, self.shown = engine, None, []

    async def _search(self, words):
        self.shown.append(await self.engine.search(words))

    async def _stop(self):
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def type(self, words):
        await self._stop()
        self.task = asyncio.create_task(self._search(words))

    async def close(self):
        if self.task is not None:
            await asyncio.wait([self.task])
            self.task.result()


async def typing(texts):
    box = SearchBox(Engine())
    try:
        for text in texts:
            await box.type(text)
            await asyncio.sleep(0.002)
        await box.close()
    finally:
        await box._stop()
    return box.shown


def test_only_the_last_search_counts():
    assert asyncio.run(typing(["r", "re", "red"])) == ["results for red"]
