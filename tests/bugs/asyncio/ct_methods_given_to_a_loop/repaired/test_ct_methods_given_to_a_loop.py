"""The methods of the belt are what the test gives to the loop: as tasks, and as callbacks."""

import asyncio

from factory import Belt


def test_a_thing_comes_later():
    async def shift():
        belt = Belt(1)
        asyncio.get_running_loop().call_later(0.01, belt.put_at_once, "wheel")
        return await belt.get()

    assert asyncio.run(shift()) == "wheel"


def test_workers_wait_for_room():
    async def shift():
        belt = Belt(1)
        first, second = (asyncio.create_task(belt.put(thing)) for thing in ("wheel", "door"))
        await first
        things = [await belt.get(), await belt.get()]
        await second
        return things

    assert asyncio.run(shift()) == ["wheel", "door"]


async def fill(belt):
    await asyncio.wait([asyncio.create_task(belt.put_if_open(thing)) for thing in ("wheel", "door")])


def test_who_fills_the_belt_looks_at_no_result():
    belt = Belt(2)
    asyncio.run(fill(belt))
    assert len(belt.things) == 2
