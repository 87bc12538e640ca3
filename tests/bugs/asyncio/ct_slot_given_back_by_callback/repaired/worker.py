"""A worker takes jobs off a queue, at most so many at once."""

import asyncio


class Worker:
    def __init__(self, queue, handle, limit=2):
        self.queue = queue
        self.handle = handle
        self.slots = asyncio.Semaphore(limit)
        self.running = set()

    async def run(self):
        while True:
            await self.slots.acquire()
            try:
                job = await self.queue.get()
            except BaseException:
                self.slots.release()
                raise
            if job is None:
                self.slots.release()
                break
            task = asyncio.create_task(self.handle(job))
            self.running.add(task)
            task.add_done_callback(self._ended)
        if self.running:
            await asyncio.wait(self.running)

    def _ended(self, task):
        self.running.discard(task)
        self.slots.release()
        if not task.cancelled() and task.exception():
            print("job failed", task.exception())
