"""Two users at once share one connection."""

import asyncio

import pytest
from shared import Shared


async def login():
    await asyncio.sleep(0.1)
    return "guest"


@pytest.mark.asyncio
async def test_two_users_at_once():
    shared = Shared(login)

    async def user():
        async with shared.use() as name:
            await asyncio.sleep(1)
            return name

    assert await asyncio.gather(user(), user()) == ["guest", "guest"]
    assert shared.users == 0
