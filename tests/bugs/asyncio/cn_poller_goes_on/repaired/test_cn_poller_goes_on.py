"""A feed is polled until somebody cancels the poller."""

import asyncio
import logging

log = logging.getLogger("feed")


class Feed:
    def __init__(self):
        self.turn = 0

    async def poll(self):
        await asyncio.sleep(0.01)
        self.turn += 1
        return f"item {self.turn}"


async def poll_until(feed, out, count):
    for _ in range(count):
        try:
            out.append(await feed.poll())
        except (TimeoutError, OSError) as error:
            log.warning("poll failed: %r", error)
            await asyncio.sleep(0.01)


async def watch(feeds, count):
    outs = [[] for _ in feeds]
    async with asyncio.TaskGroup() as group:
        for feed, out in zip(feeds, outs):
            group.create_task(poll_until(feed, out, count))
    return outs


def test_feeds_are_polled():
    assert asyncio.run(watch([Feed(), Feed()], 3)) == [["item 1", "item 2", "item 3"]] * 2
