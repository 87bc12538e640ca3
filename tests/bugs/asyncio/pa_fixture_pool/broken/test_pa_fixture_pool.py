"""A bus with one token, read by tests of pytest-asyncio."""

import asyncio

import pytest
import pytest_asyncio


class Sensor:
    def __init__(self, value):
        self.value = value

    async def sample(self):
        await asyncio.sleep(0.002)
        return self.value


class Bus:
    def __init__(self, sensors):
        self.sensors, self.token = sensors, asyncio.Queue()
        self.token.put_nowait("token")

    async def read(self, name):
        token = await self.token.get()
        value = await self.sensors[name].sample()
        self.token.put_nowait(token)
        return value

    async def read_all(self):
        values = await asyncio.gather(*(self.read(name) for name in self.sensors), return_exceptions=True)
        return {name: value for name, value in zip(self.sensors, values) if not isinstance(value, BaseException)}


@pytest_asyncio.fixture
async def bus():
    yield Bus({"door": Sensor(1), "window": Sensor(0), "smoke": Sensor(0)})


@pytest.mark.asyncio
async def test_all_sensors_are_read(bus):
    assert await bus.read_all() == {"door": 1, "window": 0, "smoke": 0}
