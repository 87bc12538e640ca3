"""A subscription to price ticks as an asynchronous context manager."""

import asyncio


class Broker:
    def __init__(self, ticks):
        self.ticks = ticks

    async def tick(self, number):
        await asyncio.sleep(0.01)
        return self.ticks[number]


class Subscription:
    def __init__(self, broker):
        self.broker, self.closed = broker, False
        self.prices = []

    async def __aenter__(self):
        return self

    async def read(self, count):
        for number in range(count):
            self.prices.append(await self.broker.tick(number))
        self.last = self.prices[-1]

    async def __aexit__(self, kind, error, trace):
        self.summary = f"closed at {self.last}"
        self.closed = True


class Watcher:
    def __init__(self, broker):
        self.broker, self.summaries = broker, []

    async def watch(self, count):
        subscription = Subscription(self.broker)
        async with subscription:
            await subscription.read(count)
        self.summaries.append(subscription.summary)


async def session(broker, counts):
    watcher = Watcher(broker)
    async with asyncio.TaskGroup() as group:
        for count in counts:
            group.create_task(watcher.watch(count))
    return watcher.summaries


def test_the_last_price_is_in_the_summary():
    assert asyncio.run(session(Broker([7, 8, 9]), [1, 3])) == ["closed at 7", "closed at 9"]
