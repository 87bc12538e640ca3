"""Pollers read sensors; a reading that fails is skipped."""

import asyncio
import contextlib


class Sensor:
    def __init__(self, name):
        self.name, self.count = name, 0

    async def read(self):
        await asyncio.sleep(0.001)
        self.count += 1
        return self.count


class Poller:
    def __init__(self, sensor, rounds):
        self.sensor, self.rounds = sensor, rounds
        self.readings = []

    async def run(self):
        for _ in range(self.rounds):
            with contextlib.suppress(BaseException):
                self.readings.append(await self.sensor.read())
            await asyncio.sleep(0.002)
        return self.readings


async def station(names, rounds):
    pollers = [Poller(Sensor(name), rounds) for name in names]
    async with asyncio.TaskGroup() as group:
        for poller in pollers:
            group.create_task(poller.run(), name=poller.sensor.name)
    return {poller.sensor.name: poller.readings for poller in pollers}


def test_all_readings_arrive():
    readings = asyncio.run(station(["wind", "rain"], rounds=4))
    assert readings == {"wind": [1, 2, 3, 4], "rain": [1, 2, 3, 4]}
