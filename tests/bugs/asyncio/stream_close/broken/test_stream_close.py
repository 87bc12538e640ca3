"""A client stream: the transport delivers into it, a reader takes from it."""

import asyncio


class Stream:
    def __init__(self):
        self._recv = asyncio.Queue()
        self.closed = False

    def deliver(self, data):
        if not self.closed:
            self._recv.put_nowait(data)

    async def read_all(self):
        chunks = []
        while (data := await self._recv.get()) is not None:
            chunks.append(data)
        return b"".join(chunks)

    def close(self):
        if self.closed:
            return
        self.closed = True


async def transport(stream):
    for data in (b"hello ", b"world", None):
        await asyncio.sleep(0.001)
        stream.deliver(data)


async def scenario():
    stream = Stream()
    async with asyncio.TaskGroup() as tg:
        reader = tg.create_task(stream.read_all())
        tg.create_task(transport(stream))
        await asyncio.sleep(0.3)
        stream.close()
    return reader.result()


def test_stream_close():
    assert b"hello world".startswith(asyncio.run(scenario()))
