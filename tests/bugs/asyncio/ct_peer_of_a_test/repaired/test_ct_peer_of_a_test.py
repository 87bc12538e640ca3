"""A peer that reads slowly."""

import asyncio

from sender import send_all


class Peer:
    def __init__(self):
        self.inbox, self.read = asyncio.Queue(), []

    def write(self, chunk):
        self.inbox.put_nowait(chunk)

    async def run(self):
        while len(self.read) < 2:
            self.read.append(await self.inbox.get())
            await asyncio.sleep(1)


def test_the_peer_gets_everything():
    async def main():
        peer = Peer()
        reader = asyncio.create_task(peer.run())
        sender = asyncio.create_task(send_all(peer, [b"a", b"b"]))
        await asyncio.wait([reader, sender])
        assert peer.read == [b"a", b"b"]

    asyncio.run(main())
