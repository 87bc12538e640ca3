"""Workers with anyio: a memory object stream, cloned for each worker, a limiter and worker threads."""

import anyio
import anyio.to_thread


class Scaler:
    def scale(self, size):
        return size // 2


class Gallery:
    def __init__(self, scaler):
        self.scaler, self.sizes, self.failed = scaler, [], []

    async def _work(self, receive):
        async with receive:
            async for size in receive:
                try:
                    self.sizes.append(await anyio.to_thread.run_sync(self.scaler.scale, size))
                except OSError as error:
                    self.failed.append((size, error))

    async def run(self, sizes):
        send, receive = anyio.create_memory_object_stream(1)
        async with anyio.create_task_group() as group:
            async with receive:
                for _ in range(2):
                    group.start_soon(self._work, receive.clone())
            async with send:
                for size in sizes:
                    await send.send(size)
        return sorted(self.sizes)


def test_pictures_are_scaled():
    async def main():
        return await Gallery(Scaler()).run([4, 8, 12])

    assert anyio.run(main) == [2, 4, 6]
