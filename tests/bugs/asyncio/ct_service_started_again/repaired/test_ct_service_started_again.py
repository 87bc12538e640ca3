"""A service is started again when it fails; it runs until the loop ends, which cancels it."""

import asyncio


class Feed:
    async def read(self):
        return 20


class Service:
    def __init__(self, feed):
        self.feed = feed
        self.seen = []
        self.tasks = set()

    def start(self):
        task = asyncio.get_running_loop().create_task(self.serve())
        self.tasks.add(task)
        task.add_done_callback(self._again)

    def _again(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.start()

    async def serve(self):
        while True:
            self.seen.append(await self.feed.read())
            await asyncio.sleep(0.3)


async def main():
    service = Service(Feed())
    service.start()
    await asyncio.sleep(1)


def test_service():
    asyncio.run(main())
