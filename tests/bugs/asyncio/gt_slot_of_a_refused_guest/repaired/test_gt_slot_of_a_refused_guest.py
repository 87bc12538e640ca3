import asyncio

import pytest
from restaurant import Tables


class Kitchen:
    def __init__(self):
        self.dishes = 0

    async def cook(self):
        self.dishes += 1


@pytest.mark.taskfail
def test_every_table_is_free_in_the_end():
    tables, kitchen = Tables(2), Kitchen()

    async def evening():
        guests = [asyncio.create_task(tables.dine(kitchen)) for _ in range(2)]
        await asyncio.wait(guests)
        return [guest.cancelled() or guest.exception() for guest in guests]

    asyncio.run(evening())
    assert tables.free == 2
