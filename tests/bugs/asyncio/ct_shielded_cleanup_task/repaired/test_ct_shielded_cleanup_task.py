"""Leases of a licence; giving back takes a request, which a cancellation must not interrupt."""

import asyncio


class LicenceServer:
    def __init__(self, seats):
        self.seats = asyncio.Semaphore(seats)
        self.log = []

    async def take(self):
        await self.seats.acquire()

    async def give(self):
        await asyncio.sleep(0.001)
        self.seats.release()
        self.log.append("given")


class Lease:
    def __init__(self, server):
        self.server = server

    async def __aenter__(self):
        await self.server.take()

    async def __aexit__(self, *error):
        giving = asyncio.ensure_future(self.server.give())
        try:
            await asyncio.shield(giving)
        except asyncio.CancelledError:
            await giving
            raise


class Studio:
    def __init__(self, server):
        self.server, self.renders = server, []

    async def render(self, scene):
        async with Lease(self.server):
            await asyncio.sleep(0.001)
            self.renders.append(scene)

    async def render_all(self, scenes):
        tasks = [asyncio.create_task(self.render(scene)) for scene in scenes]
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.renders


def test_scenes_are_rendered():
    async def main():
        return await Studio(LicenceServer(1)).render_all("abc")

    assert asyncio.run(main()) == ["a", "b", "c"]
