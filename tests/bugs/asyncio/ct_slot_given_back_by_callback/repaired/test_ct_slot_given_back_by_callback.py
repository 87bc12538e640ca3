"""A worker is stopped and runs again."""

import asyncio

import pytest
from worker import Worker


@pytest.mark.asyncio
async def test_worker_can_be_paused_and_run_again():
    queue, done = asyncio.Queue(), []

    async def handle(job):
        await asyncio.sleep(0.1)
        done.append(job)

    worker = Worker(queue, handle, limit=1)
    for jobs in (["a", "b"], ["c"]):
        run = asyncio.create_task(worker.run())
        for job in [*jobs, None]:
            queue.put_nowait(job)
        await asyncio.wait([run])
    assert done == ["a", "b", "c"]
