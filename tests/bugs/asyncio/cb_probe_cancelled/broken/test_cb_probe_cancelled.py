"""A circuit breaker: after two failures it opens; after a pause one call at a time may probe the service."""

import asyncio

import pytest


class Open(Exception):
    pass


class Breaker:
    def __init__(self, limit=2, pause=0.05):
        self.limit, self.pause = limit, pause
        self.failures, self.opened_at, self.probing = 0, None, False

    async def call(self, function, *args):
        loop = asyncio.get_running_loop()
        half_open = self.opened_at is not None
        if half_open:
            if self.probing or loop.time() - self.opened_at < self.pause:
                raise Open
            self.probing = True
        try:
            result = await function(*args)
        except Exception:
            self.failures += 1
            if self.failures >= self.limit:
                self.opened_at = loop.time()
            self.probing = False
            raise
        self.failures, self.opened_at, self.probing = 0, None, False
        return result


class Service:
    def __init__(self, bad):
        self.bad = bad

    async def ask(self):
        await asyncio.sleep(0.001)
        if self.bad > 0:
            self.bad -= 1
            raise ConnectionError("service is down")
        return "ok"


async def story(breaker, service):
    for _ in range(2):
        await asyncio.gather(breaker.call(service.ask), return_exceptions=True)
    await asyncio.sleep(0.06)
    await asyncio.wait([asyncio.create_task(breaker.call(service.ask))])


@pytest.mark.taskfail(faults="cancel")
def test_the_breaker_closes_again():
    breaker, service = Breaker(), Service(bad=2)

    async def main():
        await story(breaker, service)
        await asyncio.sleep(0.2)
        return await breaker.call(service.ask)

    assert asyncio.run(main()) == "ok"
