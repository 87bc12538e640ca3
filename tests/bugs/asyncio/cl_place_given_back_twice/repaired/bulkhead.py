"""At most so many calls at once; a service that is down has no answer."""

import asyncio


class Bulkhead:
    def __init__(self, size):
        self.places = asyncio.BoundedSemaphore(size)

    async def call(self, service, *args):
        await self.places.acquire()
        try:
            return await service(*args)
        except ConnectionError:
            return None
        finally:
            self.places.release()
