"""A fair limiter: release hands the slot straight to the one who has waited longest."""

import asyncio
import collections


class FairLimiter:
    def __init__(self, slots):
        self.slots = slots
        self.waiters = collections.deque()

    async def acquire(self):
        if self.slots > 0:
            self.slots -= 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.release()
            raise

    def release(self):
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.cancelled():
                waiter.set_result(None)
                return
        self.slots += 1

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *error):
        self.release()


class Printer:
    def __init__(self):
        self.limiter, self.printed = FairLimiter(1), []

    async def print(self, page):
        async with self.limiter:
            await asyncio.sleep(0.01)
            self.printed.append(page)

    async def print_all(self, pages):
        await asyncio.gather(*(self.print(page) for page in pages), return_exceptions=True)
        return self.printed


def test_pages_are_printed_in_order():
    printer = Printer()
    assert asyncio.run(printer.print_all([1, 2, 3])) == [1, 2, 3]
