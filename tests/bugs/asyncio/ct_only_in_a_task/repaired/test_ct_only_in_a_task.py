"""The answer of a job comes in any case."""

import asyncio

from jobs import Jobs


async def add():
    await asyncio.sleep(0.01)
    return 3


async def ask():
    jobs = Jobs()
    answer = await jobs.start(add)
    await asyncio.sleep(0)
    return answer, len(jobs.running)


def test_the_answer_comes():
    assert asyncio.run(ask()) == (3, 0)
