"""Tables of a restaurant. A guest is refused before anything is changed, or has a table."""

import asyncio


class Full(Exception):
    pass


class Tables:
    def __init__(self, count):
        self.free = count

    def take(self):
        if self.free == 0:
            raise Full
        self.free -= 1
        return self.free

    async def dine(self, kitchen):
        self.take()
        await kitchen.cook()
        await asyncio.sleep(0)
        self.free += 1
