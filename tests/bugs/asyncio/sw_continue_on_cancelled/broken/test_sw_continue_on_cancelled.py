"""A chat session that subscribes again when the server drops the subscription (which it tells by cancelling it)."""

import asyncio


class Channel:
    def __init__(self):
        self.messages = asyncio.Queue()

    async def next(self):
        return await self.messages.get()


class Archive:
    def __init__(self):
        self.lines = []

    async def save(self, line):
        await asyncio.sleep(0.001)
        self.lines.append(line)


class Session:
    def __init__(self, channel, archive):
        self.channel, self.archive = channel, archive

    async def listen(self):
        while True:
            try:
                message = await self.channel.next()
            except asyncio.CancelledError:
                continue
            if message == "/quit":
                return
            await self.archive.save(message)


class Chat:
    def __init__(self):
        self.channel, self.archive = Channel(), Archive()

    async def _say(self, messages):
        for message in messages:
            await self.archive.save(f"> {message}")
            self.channel.messages.put_nowait(message)

    async def run(self, messages):
        async with asyncio.TaskGroup() as group:
            group.create_task(Session(self.channel, self.archive).listen())
            group.create_task(self._say([*messages, "/quit"]))
        return len(self.archive.lines)


def test_messages_are_archived():
    async def main():
        return await Chat().run(["hi", "bye"])

    assert asyncio.run(main()) == 5
