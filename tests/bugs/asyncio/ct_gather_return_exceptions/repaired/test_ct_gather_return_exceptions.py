"""A health check: all hosts are asked at the same time, failures are part of the answer."""

import asyncio


class Host:
    def __init__(self, name):
        self.name = name

    async def ping(self):
        await asyncio.sleep(0.001)
        return True


class HealthCheck:
    def __init__(self, hosts, limit=4):
        self.hosts, self.gate = hosts, asyncio.Semaphore(limit)

    async def _ping(self, host):
        async with self.gate:
            return await host.ping()

    async def run(self):
        results = await asyncio.gather(*(self._ping(host) for host in self.hosts), return_exceptions=True)
        return {host.name: result if result is True else repr(result) for host, result in zip(self.hosts, results)}


def test_all_hosts_are_up():
    async def main():
        return await HealthCheck([Host("a"), Host("b"), Host("c")], 2).run()

    assert asyncio.run(main()) == {"a": True, "b": True, "c": True}
