"""A wallet: a transfer is two bookings, each a request to the ledger."""

import asyncio

import pytest


class Ledger:
    def __init__(self, balances):
        self.balances = dict(balances)

    async def add(self, account, cents):
        await asyncio.sleep(0.01)
        self.balances[account] += cents


class Wallet:
    def __init__(self, ledger):
        self.ledger = ledger

    async def _book(self, source, target, cents):
        await self.ledger.add(source, -cents)
        try:
            await self.ledger.add(target, cents)
        except Exception:
            self.ledger.balances[source] += cents
            raise

    async def transfer(self, source, target, cents):
        booking = asyncio.create_task(self._book(source, target, cents))
        try:
            await asyncio.shield(booking)
        except asyncio.CancelledError:
            if not booking.done():
                await asyncio.wait([booking])
            raise


@pytest.mark.taskfail(faults="cancel")
def test_no_cent_is_lost():
    ledger = Ledger({"ann": 500, "bob": 100})

    async def main():
        wallet = Wallet(ledger)
        payments = [asyncio.create_task(wallet.transfer(*order)) for order in (("ann", "bob", 200), ("bob", "ann", 50))]
        await asyncio.gather(*payments, return_exceptions=True)

    asyncio.run(main())
    assert sum(ledger.balances.values()) == 600
