"""Waits for the end of an export job by polling its state."""

import asyncio


class Exports:
    def __init__(self, rounds):
        self.rounds, self.cancelled = rounds, False

    async def state(self):
        await asyncio.sleep(0.001)
        self.rounds -= 1
        return "done" if self.rounds <= 0 else "running"

    async def cancel(self):
        self.cancelled = True


class Client:
    def __init__(self, exports, pause=0.005):
        self.exports, self.pause = exports, pause

    async def wait(self):
        polls = 1
        try:
            while await self.exports.state() != "done":
                polls += 1
                await asyncio.sleep(self.pause)
        except OSError:
            await self.exports.cancel()
            return 0
        return polls


async def exports(counts):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(Client(Exports(count)).wait()) for count in counts]
    return [task.result() for task in tasks]


def test_polls():
    assert asyncio.run(exports([1, 4])) == [1, 4]
