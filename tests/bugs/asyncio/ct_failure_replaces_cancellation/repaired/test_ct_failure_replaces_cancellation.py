"""A survey goes on when a question of it has failed, as it has written that down."""

import asyncio


class Complaints:
    def __init__(self):
        self.errors = []

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if not isinstance(error, ExceptionGroup):
            return False
        self.errors += error.exceptions
        return True


async def ask():
    raise ValueError("no answer to that")


async def survey(answers):
    complaints = Complaints()
    with complaints:
        async with asyncio.TaskGroup() as group:
            group.create_task(ask())
            await answers.get()
    await asyncio.sleep(0.01)
    return complaints.errors


async def surveys():
    task = asyncio.create_task(survey(asyncio.Queue()))
    return await task


def test_a_complaint_is_written_down():
    [error] = asyncio.run(surveys())
    assert isinstance(error, ValueError)
