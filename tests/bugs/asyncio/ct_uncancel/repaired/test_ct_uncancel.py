"""A migration that finishes the present step before it gives way to a cancellation."""

import asyncio


class Database:
    def __init__(self):
        self.steps = []

    async def apply(self, step):
        await asyncio.sleep(0.002)
        self.steps.append(step)


class Migration:
    def __init__(self, database):
        self.database, self.interrupted = database, False

    async def _step(self, step):
        work = asyncio.ensure_future(self.database.apply(step))
        while not work.done():
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                if work.cancelled():
                    raise
                asyncio.current_task().uncancel()
                self.interrupted = True
        work.result()

    async def run(self, steps):
        for step in steps:
            await self._step(step)
            if self.interrupted:
                raise asyncio.CancelledError
        return len(self.database.steps)


async def migrate(databases, steps):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(Migration(database).run(steps)) for database in databases]
    return [task.result() for task in tasks]


def test_all_steps_are_applied():
    assert asyncio.run(migrate([Database(), Database()], ["a", "b"])) == [2, 2]
