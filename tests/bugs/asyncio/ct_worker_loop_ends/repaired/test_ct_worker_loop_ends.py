"""Workers that loop for ever and end when they are cancelled; the queue is joined first, the workers are cancelled afterwards."""

import asyncio


class Resizer:
    def __init__(self):
        self.done = []

    async def resize(self, picture):
        await asyncio.sleep(0.002)
        self.done.append(picture)


class Studio:
    def __init__(self, resizer, workers=2):
        self.resizer, self.workers = resizer, workers
        self.queue, self.failed = asyncio.Queue(), []

    async def _work(self):
        while True:
            try:
                picture = await self.queue.get()
            except asyncio.CancelledError:
                return
            try:
                await self.resizer.resize(picture)
            except Exception as error:
                self.failed.append((picture, error))
            finally:
                self.queue.task_done()

    async def run(self, pictures):
        for picture in pictures:
            self.queue.put_nowait(picture)
        workers = [asyncio.create_task(self._work()) for _ in range(self.workers)]
        try:
            await self.queue.join()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return len(self.resizer.done)


def test_all_pictures_are_resized():
    async def main():
        return await Studio(Resizer()).run(["a", "b", "c"])

    assert asyncio.run(main()) == 3
