"""Config files are written in two blocks, with a time limit; who reads them must see all or nothing."""

import asyncio

import pytest


class Disk:
    def __init__(self):
        self.files = {}

    async def append(self, name, block):
        await asyncio.sleep(0.002)
        self.files.setdefault(name, []).append(block)

    def rename(self, old, new):
        self.files[new] = self.files.pop(old)


class Config:
    def __init__(self, disk):
        self.disk = disk

    async def _write(self, name, blocks):
        for block in blocks:
            await self.disk.append(name + ".new", block)
        self.disk.rename(name + ".new", name)

    async def save(self, name, blocks, limit=5):
        try:
            await asyncio.wait_for(self._write(name, blocks), limit)
        except TimeoutError:
            return False
        return True


@pytest.mark.taskfail
def test_all_or_nothing():
    disk = Disk()

    async def main():
        return await asyncio.create_task(Config(disk).save("app.conf", ["[db]", "port=1"]))

    try:
        asyncio.run(main())
    finally:
        assert disk.files.get("app.conf") in (None, ["[db]", "port=1"])
