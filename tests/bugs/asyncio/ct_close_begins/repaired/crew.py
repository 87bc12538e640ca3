"""A crew of workers that is stopped as a whole."""

import asyncio


class Crew:
    def __init__(self):
        self.workers = []

    def hire(self, work):
        self.workers.append(asyncio.create_task(work()))

    async def _dismiss(self, worker):
        if worker.done():
            self.workers.remove(worker)
        worker.cancel()
        try:
            await worker
        except asyncio.CancelledError:
            pass

    async def close(self):
        await asyncio.gather(*(self._dismiss(worker) for worker in self.workers), return_exceptions=True)
