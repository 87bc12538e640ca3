"""Couriers that end on a poison pill, in a task group."""

import asyncio

PILL = None


class Road:
    def __init__(self):
        self.delivered = []

    async def drive(self, parcel):
        await asyncio.sleep(0.001)
        self.delivered.append(parcel)


class Depot:
    def __init__(self, road, couriers=2):
        self.road, self.couriers = road, couriers
        self.parcels, self.returned = asyncio.Queue(), []

    async def _courier(self):
        while (parcel := await self.parcels.get()) is not PILL:
            try:
                await self.road.drive(parcel)
            except OSError as error:
                self.returned.append((parcel, error))

    async def run(self, parcels):
        async with asyncio.TaskGroup() as group:
            for _ in range(self.couriers):
                group.create_task(self._courier())
            for parcel in [*parcels, *[PILL] * self.couriers]:
                await self.parcels.put(parcel)
        return len(self.road.delivered)


def test_all_parcels_are_delivered():
    async def main():
        return await Depot(Road()).run([1, 2, 3])

    assert asyncio.run(main()) == 3
