"""The example of a queue in Python's own documentation, as a class: workers, join, then cancel."""

import asyncio


class Pool:
    def __init__(self):
        self.slept = []

    async def _worker(self, name, queue):
        while True:
            sleep_for = await queue.get()
            await asyncio.sleep(sleep_for)
            self.slept.append((name, sleep_for))
            queue.task_done()

    async def run(self, naps):
        queue = asyncio.Queue()
        for nap in naps:
            queue.put_nowait(nap)
        tasks = [asyncio.create_task(self._worker(f"worker-{i}", queue)) for i in range(2)]
        await queue.join()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return sum(nap for _, nap in self.slept)


def test_naps():
    async def main():
        return await Pool().run([0.03125, 0.015625, 0.015625])

    assert asyncio.run(main()) == 0.0625
