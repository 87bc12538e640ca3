"""Calls that succeed."""

import asyncio

from bulkhead import Bulkhead


async def double(number):
    await asyncio.sleep(0.1)
    return number * 2


def test_calls():
    async def main():
        bulkhead = Bulkhead(2)
        return await asyncio.gather(*(bulkhead.call(double, number) for number in range(3)))

    assert asyncio.run(main()) == [0, 2, 4]
