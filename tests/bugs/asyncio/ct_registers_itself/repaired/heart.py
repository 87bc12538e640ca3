import asyncio


class Service:
    def __init__(self, line):
        self.line = line
        self.running = set()

    async def _beat(self):
        try:
            self.running.add(asyncio.current_task())
            while True:
                await asyncio.sleep(10)
        finally:
            self.running.discard(asyncio.current_task())

    async def start(self):
        beat = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        await self.line.greet()
        if beat.done():
            raise RuntimeError("the heart does not beat")

    async def stop(self):
        tasks = list(self.running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
