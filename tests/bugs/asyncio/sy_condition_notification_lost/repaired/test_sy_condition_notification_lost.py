"""One seat in a reading room and a hand-written condition: who waits for the seat is woken first come, first served."""

import asyncio
import collections


class WakeUps:
    def __init__(self):
        self.sleepers = collections.deque()

    async def sleep(self):
        future = asyncio.get_running_loop().create_future()
        self.sleepers.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future in self.sleepers:
                self.sleepers.remove(future)
            elif not future.cancelled():
                self.wake_one()
            raise

    def wake_one(self):
        while self.sleepers:
            future = self.sleepers.popleft()
            if not future.done():
                future.set_result(None)
                return


class ReadingRoom:
    def __init__(self):
        self.taken, self.wake_ups = False, WakeUps()
        self.visits = []

    async def read(self, name):
        while self.taken:
            await self.wake_ups.sleep()
        self.taken = True
        try:
            await asyncio.sleep(0.01)
            self.visits.append(name)
        finally:
            self.taken = False
            self.wake_ups.wake_one()


async def day(names):
    room = ReadingRoom()
    await asyncio.gather(*(room.read(name) for name in names), return_exceptions=True)
    return room.visits


def test_everybody_reads():
    assert asyncio.run(day(["ann", "bob", "cid"])) == ["ann", "bob", "cid"]
