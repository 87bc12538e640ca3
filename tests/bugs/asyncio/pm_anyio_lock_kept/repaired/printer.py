"""The pages of two jobs do not mix."""

import anyio


class Printer:
    def __init__(self, device):
        self.device, self.lock = device, anyio.Lock()

    async def print(self, *pages):
        async with self.lock:
            for page in pages:
                await self.device.feed(page)
