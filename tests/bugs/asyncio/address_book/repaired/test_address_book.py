"""Two address books are read and merged."""

import asyncio

import pytest


async def read(book):
    await asyncio.sleep(0.1)
    return {"name": book, "city": "Ulm"}


async def cities(books):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read(book)) for book in books]
    entries = [task.result() for task in tasks]
    return [entry["city"] for entry in entries]


@pytest.mark.taskfail
def test_cities():
    found = asyncio.run(cities(["ada", "bob"]))
    assert len(found) == 2, found
