"""The test waits, itself, for the last of its jobs."""

import asyncio

from worker import Worker


def test_all_jobs_are_done():
    async def main():
        worker, first, last = Worker(), asyncio.Event(), asyncio.Event()

        async def begin():
            await asyncio.sleep(0.01)
            first.set()

        async def finish():
            await asyncio.sleep(0.01)
            last.set()

        worker.add(begin)
        worker.add(finish)
        await last.wait()
        await worker.close()

    asyncio.run(main())
