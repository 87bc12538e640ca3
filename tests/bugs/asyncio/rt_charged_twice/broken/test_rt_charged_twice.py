"""A checkout that tries again when the payment gateway does not answer."""

import asyncio

import pytest


class Gateway:
    def __init__(self):
        self.charges, self.known = [], {}

    async def charge(self, order, cents, key=None):
        await asyncio.sleep(0.001)
        if key is None or key not in self.known:
            self.charges.append((order, cents))
            self.known[key] = len(self.charges)
        return len(self.charges)


class Checkout:
    def __init__(self, gateway, attempts=3):
        self.gateway, self.attempts = gateway, attempts

    async def pay(self, order, cents):
        for attempt in range(1, self.attempts + 1):
            try:
                return await self.gateway.charge(order, cents)
            except ConnectionError:
                if attempt == self.attempts:
                    raise
                await asyncio.sleep(0.01 * attempt)


@pytest.mark.taskfail
def test_nobody_pays_twice():
    gateway = Gateway()

    async def main():
        checkout = Checkout(gateway)
        async with asyncio.TaskGroup() as group:
            for order, cents in ((1, 500), (2, 700)):
                group.create_task(checkout.pay(order, cents))

    try:
        asyncio.run(main())
    finally:
        assert len(gateway.charges) == len(set(gateway.charges))
