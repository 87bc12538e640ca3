"""The test waits, itself, for the last of its jobs."""

import asyncio

from worker import Worker


def test_all_jobs_are_done():
    async def main():
        worker, first, last = Worker(), asyncio.Event(), asyncio.Event()

        async def begin():
            first.set()

        async def finish():
            last.set()

        worker.add(begin)
        worker.add(finish)
        await last.wait()
        await worker.close()

    asyncio.run(main())
