"""Weather stations: a poller of each reads its station again and again and keeps the last good readings."""

import asyncio
import logging

log = logging.getLogger("weather")


class Station:
    def __init__(self, name, values):
        self.name, self.values = name, list(values)

    async def read(self):
        await asyncio.sleep(0.2)
        return self.values.pop(0)


class Poller:
    def __init__(self, station, rounds):
        self.station, self.rounds = station, rounds
        self.readings, self.failures = [], 0

    async def run(self):
        for _ in range(self.rounds):
            try:
                self.readings.append(await self.station.read())
            except BaseException as error:
                log.warning("%s: no reading: %r", self.station.name, error)
                self.failures += 1
            await asyncio.sleep(0.1)


class Network:
    def __init__(self, stations, rounds):
        self.pollers = [Poller(station, rounds) for station in stations]

    async def watch(self):
        async with asyncio.TaskGroup() as group:
            for poller in self.pollers:
                group.create_task(poller.run(), name=poller.station.name)

    def mean(self):
        readings = [value for poller in self.pollers for value in poller.readings]
        return sum(readings) / len(readings)


def test_two_stations_are_read():
    network = Network([Station("harbour", [10, 11, 12]), Station("hill", [4, 5, 6])], rounds=3)
    asyncio.run(network.watch())
    assert network.mean() == 8
