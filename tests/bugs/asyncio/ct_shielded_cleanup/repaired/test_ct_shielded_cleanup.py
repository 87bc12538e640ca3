"""A lease on a remote lock must be given back even when the holder is cancelled during the clean-up."""

import asyncio

import pytest


class LockServer:
    def __init__(self):
        self.holders = set()

    async def take(self, name):
        await asyncio.sleep(0.001)
        self.holders.add(name)

    async def give_back(self, name):
        await asyncio.sleep(0.001)
        self.holders.discard(name)
        await asyncio.sleep(0.001)


async def to_the_end(coroutine):
    """Await it to its end; a cancellation that arrives meanwhile is raised afterwards."""
    task = asyncio.ensure_future(coroutine)
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


class Leases:
    def __init__(self, server):
        self.server = server
        self.dirty = []  # leases that could not be given back

    async def work(self, name, seconds):
        try:
            await self.server.take(name)
            await asyncio.sleep(seconds)
            return name
        finally:
            try:
                await to_the_end(self.server.give_back(name))
            except BaseException:
                if name in self.server.holders:
                    self.dirty.append(name)
                raise


async def office(leases, names):
    return await asyncio.gather(*(leases.work(name, 0.001) for name in names), return_exceptions=True)


@pytest.mark.taskfail
def test_every_lease_is_given_back_or_reported():
    leases = Leases(LockServer())
    results = asyncio.run(office(leases, ["door", "window", "roof"]))
    assert len(results) == 3
    assert leases.server.holders == set(leases.dirty)
