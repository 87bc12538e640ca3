"""A workshop with one drill; putting it back takes a moment, which nothing may interrupt."""

import anyio
import pytest


class Drill:
    def __init__(self):
        self.free = anyio.Semaphore(1)
        self.holes = 0

    async def put_back(self):
        await anyio.sleep(0.001)
        self.free.release()


class Worker:
    def __init__(self, drill):
        self.drill = drill

    async def work(self):
        with anyio.move_on_after(1):
            await self.drill.free.acquire()
            try:
                await anyio.sleep(0.001)
                self.drill.holes += 1
            finally:
                with anyio.CancelScope(shield=True):
                    await self.drill.put_back()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_two_holes():
    drill = Drill()
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(Worker(drill).work)
    assert drill.holes == 2
