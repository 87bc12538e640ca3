"""A parcel is stored in parts, by eager tasks (3.12 and later)."""

import asyncio


class Shelf:
    def __init__(self):
        self.parts = []

    async def store(self, part):
        await asyncio.sleep(0.001 * (part + 1))
        self.put(part)

    def put(self, part):
        self.parts.append(part)


async def store_parcel(shelf):
    asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory", None))
    try:
        for storing in [asyncio.create_task(shelf.store(part)) for part in range(3)]:
            await storing
    except OSError:
        shelf.parts.clear()
        await asyncio.sleep(0.01)
        raise


def test_a_parcel_is_stored():
    shelf = Shelf()
    asyncio.run(store_parcel(shelf))
    assert shelf.parts == [0, 1, 2]
