"""A dispatcher of messages: its workers are cancelled when all messages are handled, or as soon as one cannot be stored."""

import asyncio


class Inbox:
    def __init__(self):
        self.stored = []

    async def store(self, message):
        await asyncio.sleep(0.1 * len(message))
        self.stored.append(message)


class Dispatcher:
    def __init__(self, inbox, workers=2):
        self.inbox, self.queue = inbox, asyncio.Queue()
        self.workers, self.bad = workers, []
        self.idle = asyncio.Event()

    async def _handle(self):
        while True:
            message = await self.queue.get()
            try:
                await self.inbox.store(message)
            except Exception as error:
                self.bad.append((message, repr(error)))
                self.idle.set()
            if self.queue.empty() and len(self.inbox.stored) + len(self.bad) >= self.expected:
                self.idle.set()

    async def run(self, messages):
        self.expected = len(messages)
        for message in messages:
            self.queue.put_nowait(message)
        workers = [asyncio.create_task(self._handle()) for _ in range(self.workers)]
        await self.idle.wait()
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
        return len(self.inbox.stored)


def test_all_messages_are_stored():
    async def main():
        return await Dispatcher(Inbox()).run(["a", "bbb", "cc"])

    assert asyncio.run(main()) == 3
