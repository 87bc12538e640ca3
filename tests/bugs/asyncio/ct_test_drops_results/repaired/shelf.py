"""A shelf on which one thing at a time is put."""

import asyncio


class Shelf:
    def __init__(self):
        self.things = []
        self.lock = asyncio.Lock()

    async def put(self, thing):
        async with self.lock:
            if thing in self.things:
                raise ValueError(thing)
            await asyncio.sleep(0.01)
            self.things.append(thing)
