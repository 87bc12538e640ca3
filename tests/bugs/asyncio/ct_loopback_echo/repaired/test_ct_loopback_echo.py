"""An adding machine over loopback: server and client in one process."""

import asyncio


class Adder:
    def __init__(self):
        self.sum = 0

    async def add(self, number):
        await asyncio.sleep(0.001)
        self.sum += number
        return self.sum


class Server:
    def __init__(self, adder):
        self.adder = adder

    async def _serve(self, reader, writer):
        try:
            while line := await reader.readline():
                writer.write(b"%d\n" % await self.adder.add(int(line)))
                await writer.drain()
        except (OSError, ValueError):
            pass
        finally:
            writer.close()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()

    async def __aexit__(self, *error):
        self.server.close()


class Client:
    async def add(self, address, numbers):
        reader, writer = await asyncio.open_connection(*address)
        try:
            for number in numbers:
                writer.write(b"%d\n" % number)
                answer = await asyncio.wait_for(reader.readline(), 5)
            return int(answer)
        finally:
            writer.close()


async def session(numbers):
    async with Server(Adder()) as address:
        return await asyncio.create_task(Client().add(address, numbers))


def test_the_sum():
    assert asyncio.run(session([1, 2, 3])) == 6
