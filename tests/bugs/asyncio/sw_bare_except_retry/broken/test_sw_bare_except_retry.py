"""A client for a rate service that tries again up to three times, with a pause that doubles."""

import asyncio


class RateService:
    def __init__(self):
        self.calls = 0

    async def fetch(self, currency):
        self.calls += 1
        await asyncio.sleep(0.05)
        return {"EUR": 1.08, "GBP": 1.27}[currency]


class RateClient:
    def __init__(self, service, attempts=3):
        self.service, self.attempts = service, attempts

    async def rate(self, currency):
        pause = 0.5
        for attempt in range(1, self.attempts + 1):
            try:
                return await self.service.fetch(currency)
            except:  # noqa: E722
                if attempt == self.attempts:
                    raise
                await asyncio.sleep(pause)
                pause *= 2


class Desk:
    def __init__(self, client):
        self.client = client
        self.rates = {}

    async def refresh(self, currency):
        self.rates[currency] = await self.client.rate(currency)

    async def open(self, currencies):
        tasks = [asyncio.create_task(self.refresh(currency)) for currency in currencies]
        try:
            for task in tasks:
                await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return len(self.rates)


def test_the_desk_opens_with_all_rates():
    desk = Desk(RateClient(RateService()))
    assert asyncio.run(desk.open(["EUR", "GBP"])) == 2
    assert desk.rates == {"EUR": 1.08, "GBP": 1.27}
