"""An upload server: uploads are in a registry while they run, a shutdown waits until there is none."""

import asyncio


class Disk:
    def __init__(self):
        self.files = {}

    async def write(self, name, data):
        await asyncio.sleep(0.01)
        self.files[name] = data


class UploadServer:
    def __init__(self, disk):
        self.disk, self.running = disk, {}
        self.empty = asyncio.Event()
        self.empty.set()

    async def upload(self, name, data):
        self.running[name] = len(data)
        self.empty.clear()
        try:
            await self.disk.write(name, data)
        finally:
            self.running.pop(name)
            if not self.running:
                self.empty.set()

    async def shutdown(self):
        await self.empty.wait()
        return sorted(self.disk.files)


async def serve(uploads):
    server = UploadServer(Disk())
    clients = [asyncio.create_task(server.upload(name, data)) for name, data in uploads.items()]
    await asyncio.sleep(0)
    names = await server.shutdown()
    await asyncio.gather(*clients, return_exceptions=True)
    return names


def test_shutdown_waits_for_uploads():
    assert asyncio.run(serve({"a.png": b"aa", "b.png": b"b"})) == ["a.png", "b.png"]
