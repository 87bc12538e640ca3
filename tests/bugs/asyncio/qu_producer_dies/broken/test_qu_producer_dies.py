"""A recorder: one task grabs frames, another one encodes them; the end of the film is a None in the queue."""

import asyncio


class Camera:
    def __init__(self, frames):
        self.frames = list(frames)

    async def grab(self):
        await asyncio.sleep(0.04)
        return self.frames.pop(0)


class Recorder:
    def __init__(self, camera):
        self.camera, self.film = camera, []
        self.frames = asyncio.Queue(maxsize=4)

    async def _grab(self, count):
        for _ in range(count):
            await self.frames.put(await self.camera.grab())
        await self.frames.put(None)

    async def _encode(self):
        while (frame := await self.frames.get()) is not None:
            self.film.append(f"<{frame}>")

    async def record(self, count):
        grabber = asyncio.create_task(self._grab(count))
        encoder = asyncio.create_task(self._encode())
        await asyncio.wait({grabber, encoder})
        grabber.result(), encoder.result()
        return "".join(self.film)


def test_the_film_has_all_frames():
    async def main():
        return await Recorder(Camera("abc")).record(3)

    assert asyncio.run(main()) == "<a><b><c>"
