"""A commit must not be torn apart: the caller may be cancelled, the commit ends and is awaited at the close."""

import asyncio
import logging

log = logging.getLogger("store")


class Disk:
    def __init__(self):
        self.blocks = []

    async def write(self, block):
        await asyncio.sleep(0.001)
        self.blocks.append(block)


class Store:
    def __init__(self, disk):
        self.disk = disk
        self._commits = set()

    async def _commit(self, name):
        await self.disk.write(f"{name}-data")
        await self.disk.write(f"{name}-index")

    async def commit(self, name):
        task = asyncio.ensure_future(self._commit(name))
        self._commits.add(task)
        task.add_done_callback(self._done)
        await asyncio.shield(task)

    def _done(self, task):
        self._commits.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("commit failed", exc_info=task.exception())

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        while self._commits:
            await asyncio.wait(list(self._commits))


async def main(names):
    disk = Disk()
    async with Store(disk) as store:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(store.commit(name))
    return disk.blocks


def test_commits():
    assert len(asyncio.run(main(["a", "b"]))) == 4
