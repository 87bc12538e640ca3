"""Deliveries by vans: the dispatcher takes a van before it sends a driver."""

import asyncio

import pytest


class Road:
    async def drive(self, town):
        await asyncio.sleep(0.001)
        return town


class Dispatcher:
    def __init__(self, road, vans):
        self.road, self.vans = road, asyncio.Semaphore(vans)
        self.trips = []

    async def _drive(self, town):
        try:
            self.trips.append(await self.road.drive(town))
        finally:
            self.vans.release()

    async def deliver(self, towns):
        async with asyncio.TaskGroup() as group:
            for town in towns:
                await self.vans.acquire()
                group.create_task(self._drive(town))


@pytest.mark.taskfail
def test_all_vans_are_back():
    dispatcher = Dispatcher(Road(), 2)

    async def main():
        await dispatcher.deliver(["Ulm", "Bonn", "Kiel"])

    try:
        asyncio.run(main())
    finally:
        assert dispatcher.vans._value == 2
