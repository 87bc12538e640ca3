"""One guest after the other is served at the counter."""

import asyncio
from collections import deque


class Counter:
    def __init__(self):
        self.busy = False
        self.line = deque()

    async def come(self):
        if not self.busy:
            self.busy = True
            return
        turn = asyncio.get_running_loop().create_future()
        self.line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.go()
            raise

    def go(self):
        while self.line:
            turn = self.line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.busy = False

    async def buy(self):
        await self.come()
        try:
            await asyncio.sleep(0.01)
        finally:
            self.go()
