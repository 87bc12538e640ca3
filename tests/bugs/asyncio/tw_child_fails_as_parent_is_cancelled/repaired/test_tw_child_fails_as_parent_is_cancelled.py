"""Uploads of which only so many may be under way; a cancelled one waits until its transfer has really ended."""

import asyncio
import contextlib


class Server:
    async def put(self, name):
        await asyncio.sleep(0.01)
        return name


class Uploads:
    def __init__(self, server, limit):
        self.server, self.slots = server, asyncio.Semaphore(limit)

    async def upload(self, name):
        await self.slots.acquire()
        transfer = asyncio.create_task(self.server.put(name))
        try:
            await transfer
        except asyncio.CancelledError:
            transfer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await transfer
            raise
        finally:
            self.slots.release()
        return name


async def upload_all(names):
    uploads = Uploads(Server(), 1)
    return await asyncio.gather(*(uploads.upload(name) for name in names), return_exceptions=True)


def test_all_are_uploaded():
    assert asyncio.run(upload_all("ab")) == ["a", "b"]
