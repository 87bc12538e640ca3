"""A worker that does one job after the other."""

import asyncio


class Worker:
    def __init__(self):
        self.jobs = asyncio.Queue()
        self.failures = []
        self.running = asyncio.create_task(self._run())

    async def _run(self):
        while True:
            job = await self.jobs.get()
            try:
                await job()
            except Exception as error:
                self.failures.append(error)

    def add(self, job):
        self.jobs.put_nowait(job)

    async def close(self):
        self.running.cancel()
        await asyncio.wait([self.running])
