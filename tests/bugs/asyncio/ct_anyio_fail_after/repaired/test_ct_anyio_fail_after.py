"""A weather service with a time limit, with anyio."""

import anyio


class Service:
    async def forecast(self, town):
        await anyio.sleep(0.001)
        return f"{town}: sun"


class Weather:
    def __init__(self, service):
        self.service = service
        self.last = {}

    async def show(self, town):
        try:
            with anyio.fail_after(2):
                self.last[town] = await self.service.forecast(town)
        except (TimeoutError, OSError):
            self.last.setdefault(town, f"{town}: ?")

    async def show_all(self, towns):
        async with anyio.create_task_group() as group:
            for town in towns:
                group.start_soon(self.show, town)
        return [self.last[town] for town in towns]


def test_forecasts():
    async def main():
        return await Weather(Service()).show_all(["Rome", "Oslo"])

    assert anyio.run(main) == ["Rome: sun", "Oslo: sun"]
