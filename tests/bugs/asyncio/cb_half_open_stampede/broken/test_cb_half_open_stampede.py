"""An async circuit breaker: after a failure the backend is spared, then probed by a single request."""

import asyncio
import time

import pytest


class CircuitOpen(Exception):
    pass


class Shop:
    async def stock(self, article):
        await asyncio.sleep(0.002)
        return 7


class Breaker:
    RESET = 0.02

    def __init__(self):
        self.state, self.opened_at = "closed", 0.0
        self.probes, self.most_probes = 0, 0

    def _admit(self):
        if self.state == "open" and time.monotonic() - self.opened_at >= self.RESET:
            self.state = "half-open"
        if self.state == "open":
            raise CircuitOpen()
        return self.state == "half-open"

    async def call(self, function, *args):
        probe = self._admit()
        self.probes += probe
        self.most_probes = max(self.most_probes, self.probes)
        try:
            result = await function(*args)
        except Exception:
            self.state, self.opened_at = "open", time.monotonic()
            raise
        finally:
            self.probes -= probe
        if probe:
            self.state = "closed"
        return result


async def visitor(breaker, shop, article):
    try:
        return await breaker.call(shop.stock, article)
    except (CircuitOpen, ConnectionError):
        return None  # "ask in the shop"


async def day(breaker, shop):
    shown = [await visitor(breaker, shop, "tea")]
    await asyncio.sleep(Breaker.RESET * 1.5)
    async with asyncio.TaskGroup() as group:
        visits = [group.create_task(visitor(breaker, shop, a)) for a in ("tea", "milk", "bread", "salt")]
    return shown + [visit.result() for visit in visits]


@pytest.mark.taskfail
def test_one_probe_at_a_time():
    breaker = Breaker()
    shown = asyncio.run(day(breaker, Shop()))
    assert len(shown) == 5
    assert breaker.most_probes <= 1, breaker.most_probes
    assert breaker.probes == 0
