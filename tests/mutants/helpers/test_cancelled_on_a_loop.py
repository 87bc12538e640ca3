"""Parts are sent by a task group; the first failure cancels the others."""

import asyncio

from pytest_taskfail import Raise


class Upload:
    def __init__(self, parts):
        self.parts, self.open = parts, set()

    async def send(self, part):
        self.open.add(part)
        try:
            await asyncio.sleep(part + 1)
        except OSError:
            return None
        finally:
            self.open.discard(part)
        return part

    async def run(self):
        try:
            async with asyncio.TaskGroup() as group:
                for part in range(self.parts):
                    group.create_task(self.send(part))
        except* ConnectionError:
            await asyncio.sleep(5)


def test_the_others_are_cancelled(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:send#1")
    asyncio.run(Upload(4).run())
    taskfail.assert_cancelled("send", within=1)
