"""A workshop with one press, tested with unittest.IsolatedAsyncioTestCase."""

import asyncio
import unittest


class Press:
    async def stamp(self, part):
        await asyncio.sleep(0.001)
        return part.upper()


class Workshop:
    def __init__(self, press):
        self.press, self.free = press, asyncio.Condition()
        self.parts = []

    async def make(self, part):
        async with self.free:
            self.parts.append(await self.press.stamp(part))
            self.free.notify_all()


class WorkshopTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.workshop = Workshop(Press())

    async def test_parts_are_made(self):
        makers = [asyncio.create_task(self.workshop.make(part)) for part in ("lid", "box")]
        await asyncio.gather(*makers, return_exceptions=True)
        self.assertEqual(self.workshop.parts, ["LID", "BOX"])
