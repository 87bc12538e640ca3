import asyncio

import pytest
from loader import DataLoader


@pytest.mark.asyncio
async def test_one_round_trip():
    trips = []

    async def fetch_many(keys):
        trips.append(keys)
        await asyncio.sleep(0.1)
        return [k * 10 for k in keys]

    loader = DataLoader(fetch_many)
    assert await asyncio.gather(*map(loader.load, [1, 2, 1])) == [10, 20, 10]
    assert trips == [[1, 2]]
