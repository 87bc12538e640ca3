"""Tiles of a map are drawn with anyio, never more than one at a time."""

import anyio


class Renderer:
    def __init__(self):
        self.drawn = []

    async def draw(self, tile):
        await anyio.sleep(0.001)
        self.drawn.append(tile)


class MapServer:
    def __init__(self, renderer):
        self.renderer, self.limiter = renderer, anyio.CapacityLimiter(1)
        self.broken = []

    async def tile(self, tile):
        try:
            await self.limiter.acquire_on_behalf_of(tile)
            try:
                await self.renderer.draw(tile)
            finally:
                self.limiter.release_on_behalf_of(tile)
        except Exception as error:
            self.broken.append((tile, error))

    async def region(self, tiles):
        async with anyio.create_task_group() as group:
            for tile in tiles:
                group.start_soon(self.tile, tile)
        return sorted(self.renderer.drawn)


def test_all_tiles_are_drawn():
    async def main():
        return await MapServer(Renderer()).region(["a1", "a2", "b1"])

    assert anyio.run(main) == ["a1", "a2", "b1"]
