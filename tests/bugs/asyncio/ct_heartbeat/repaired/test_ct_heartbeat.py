"""A session with a heartbeat in the background, which is cancelled and awaited when the session is closed."""

import asyncio
import contextlib


class Server:
    def __init__(self):
        self.beats, self.commands = 0, []

    async def beat(self):
        await asyncio.sleep(0.001)
        self.beats += 1

    async def execute(self, command):
        await asyncio.sleep(0.01)
        self.commands.append(command)
        return command.upper()


class Session:
    def __init__(self, server):
        self.server, self.heart = server, None

    async def _beat(self):
        while True:
            with contextlib.suppress(OSError):
                await self.server.beat()
            await asyncio.sleep(0.005)

    async def __aenter__(self):
        self.heart = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *error):
        self.heart.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.heart

    async def run(self, commands):
        return [await self.server.execute(command) for command in commands]


async def work(server, commands):
    async with Session(server) as session:
        return await session.run(commands)


def test_commands_are_executed_while_the_heart_beats():
    server = Server()
    assert asyncio.run(work(server, ["ls", "df"])) == ["LS", "DF"]
    assert server.beats > 0
