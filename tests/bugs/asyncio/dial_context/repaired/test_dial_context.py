"""Dial with a deadline; a background task keeps the transport connected."""

import asyncio


class Network:
    async def handshake(self):
        await asyncio.sleep(0.002)


class ClientConn:
    def __init__(self, network):
        self._network = network
        self._closing = asyncio.Event()
        self.ready = asyncio.Event()
        self._task = asyncio.create_task(self._reset_transport())

    async def _reset_transport(self):
        await self._network.handshake()
        self.ready.set()
        await self._closing.wait()

    async def close(self):
        self._closing.set()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def dial(network, deadline):
    conn = ClientConn(network)
    try:
        await asyncio.wait_for(conn.ready.wait(), deadline)
    except TimeoutError:
        await conn.close()
        return None
    except BaseException:
        await conn.close()
        raise
    return conn


async def scenario():
    conn = await dial(Network(), 0.3)
    if conn is None:
        return "timed out"
    try:
        return "connected"
    finally:
        await conn.close()


def test_dial_context():
    assert asyncio.run(scenario()) in ("connected", "timed out")
