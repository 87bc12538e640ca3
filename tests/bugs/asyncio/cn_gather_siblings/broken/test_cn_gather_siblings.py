"""Multipart upload: parts are written concurrently; when one fails the upload is aborted."""

import asyncio

import pytest


class Bucket:
    def __init__(self):
        self.log = []

    async def write(self, part):
        await asyncio.sleep(0.001 * (part + 1))
        self.log.append(f"part {part}")

    async def complete(self):
        await asyncio.sleep(0)
        self.log.append("complete")

    async def abort(self):
        await asyncio.sleep(0.002)
        self.log.append("abort")
        await asyncio.sleep(0.01)


class Upload:
    def __init__(self, bucket, parts):
        self.bucket, self.parts = bucket, parts

    async def send(self, part):
        await self.bucket.write(part)
        return part

    async def run(self):
        try:
            await asyncio.gather(*(self.send(part) for part in range(self.parts)))
        except Exception:
            await self.bucket.abort()
            raise
        await self.bucket.complete()


@pytest.mark.taskfail
def test_nothing_is_written_after_an_abort():
    bucket = Bucket()
    try:
        asyncio.run(Upload(bucket, parts=5).run())
    finally:
        if "abort" in bucket.log:
            assert bucket.log[-1] == "abort", bucket.log
