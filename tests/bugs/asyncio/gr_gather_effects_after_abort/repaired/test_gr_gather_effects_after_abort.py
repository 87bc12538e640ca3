"""Pays a batch of invoices at the same time; if one cannot be paid the batch is reported as given up."""

import asyncio


class Bank:
    def __init__(self):
        self.paid = []

    async def transfer(self, account, cents):
        await asyncio.sleep(cents / 10000)
        self.paid.append((account, cents))


class Batch:
    def __init__(self, bank, invoices):
        self.bank, self.invoices = bank, invoices
        self.state = "open"

    async def _pay(self, account, cents):
        await self.bank.transfer(account, cents)

    async def pay(self):
        tasks = [asyncio.create_task(self._pay(*invoice)) for invoice in self.invoices]
        try:
            await asyncio.gather(*tasks)
        except Exception:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.state = "given up"
            return await self._report()
        self.state = "paid"
        return await self._report()

    async def _report(self):
        await asyncio.sleep(0.5)
        return self.state, sum(cents for _, cents in self.bank.paid)


def test_the_batch_is_paid():
    batch = Batch(Bank(), [("water", 300), ("power", 900), ("rent", 1200)])
    assert asyncio.run(batch.pay()) == ("paid", 2400)
