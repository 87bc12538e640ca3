"""A ledger: one booking at a time, each announced to an auditor first."""

import asyncio


class Auditor:
    def __init__(self):
        self.seen = []

    async def announce(self, booking):
        await asyncio.sleep(0.02)
        self.seen.append(booking)


class Ledger:
    def __init__(self, auditor):
        self.auditor, self.lock = auditor, asyncio.Lock()
        self.balance, self.bookings = 0, []

    async def book(self, amount):
        await self.lock.acquire()
        await self.auditor.announce(amount)
        try:
            balance = self.balance
            await asyncio.sleep(0.01)
            self.balance = balance + amount
            self.bookings.append(amount)
        finally:
            self.lock.release()


async def day(ledger, amounts):
    results = await asyncio.gather(*(ledger.book(amount) for amount in amounts), return_exceptions=True)
    return [amount for amount, result in zip(amounts, results) if isinstance(result, BaseException)]


def test_the_balance_is_the_sum():
    ledger = Ledger(Auditor())
    assert asyncio.run(day(ledger, [10, 20, -5])) == []
    assert ledger.balance == sum(ledger.bookings) == 25
