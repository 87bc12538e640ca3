import asyncio
import contextlib

import pytest
from merging import merge


async def count(name, pause, read):
    for n in range(2):
        await asyncio.sleep(pause)
        yield await read(f"{name}{n}")


@pytest.mark.asyncio
async def test_merge():
    async def read(x):
        await asyncio.sleep(0)
        return x

    async with contextlib.aclosing(merge(count("a", 0.1, read), count("b", 0.15, read))) as items:
        assert sorted([item async for item in items]) == ["a0", "a1", "b0", "b1"]
