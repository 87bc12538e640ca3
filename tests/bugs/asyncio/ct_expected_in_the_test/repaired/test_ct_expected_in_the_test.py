"""Nothing can be read of what is closed."""

import asyncio

import pytest
from reader import read


class Closed:
    def read(self):
        raise OSError("it is closed")


async def read_nothing():
    with pytest.raises(OSError):
        await read(Closed())


def test_what_is_closed():
    asyncio.run(read_nothing())
