"""Several asynchronous generators are merged into one through a queue."""

import asyncio
import contextlib

END = object()


async def merge(*sources):
    queue = asyncio.Queue(1)

    async def feed(source):
        try:
            async with contextlib.aclosing(source) as items:
                async for item in items:
                    await queue.put((item, None))
        except Exception as error:
            await queue.put((END, error))
        else:
            await queue.put((END, None))

    feeders = [asyncio.create_task(feed(s)) for s in sources]
    left = len(feeders)
    try:
        while left:
            item, error = await queue.get()
            if error is not None:
                raise error
            if item is END:
                left -= 1
            else:
                yield item
    finally:
        for feeder in feeders:
            feeder.cancel()
        await asyncio.gather(*feeders, return_exceptions=True)
