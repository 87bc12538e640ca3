"""A belt that carries so many things at once."""

import asyncio
from collections import deque


class Closed(Exception):
    """The factory has closed."""


class Belt:
    def __init__(self, size):
        self.size = size
        self.things = deque()
        self.closed = False
        self.messages = set()
        self.lock = asyncio.Lock()
        self.filled = asyncio.Condition(self.lock)
        self.emptied = asyncio.Condition(self.lock)

    def _refuse_if_closed(self):
        if self.closed:
            raise Closed

    async def put(self, thing):
        async with self.lock:
            while len(self.things) == self.size:
                await self.emptied.wait()
            self.things.append(thing)
            self.filled.notify()

    async def put_if_open(self, thing):
        self._refuse_if_closed()
        await self.put(thing)

    async def get(self):
        async with self.lock:
            while not self.things:
                await self.filled.wait()
            thing = self.things.popleft()
            self.emptied.notify()
            return thing

    def put_at_once(self, thing):
        self._refuse_if_closed()
        self.things.append(thing)
        asyncio.get_running_loop().call_soon_threadsafe(self._send)

    def _send(self):
        message = asyncio.get_running_loop().create_task(self._tell())
        self.messages.add(message)
        message.add_done_callback(self.messages.discard)

    async def _tell(self):
        async with self.lock:
            self.filled.notify()
