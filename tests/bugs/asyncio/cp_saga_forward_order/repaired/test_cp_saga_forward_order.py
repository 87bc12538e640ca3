"""A travel saga: steps in order, compensations in reverse."""

import asyncio

import pytest


class Partner:
    """Each booking of a trip needs the one before it, so it cannot be cancelled before those that come after it."""

    def __init__(self):
        self.booked, self.refused = [], []

    async def book(self, what):
        await asyncio.sleep(0.001)
        self.booked.append(what)

    async def cancel(self, what):
        await asyncio.sleep(0.001)
        if what in self.booked and self.booked[-1] != what:
            self.refused.append(what)
        elif what in self.booked:
            self.booked.pop()


class Trip:
    def __init__(self, partner, steps):
        self.partner, self.steps = partner, steps

    async def book(self):
        done = []
        try:
            for step in self.steps:
                done.append(step)
                await self.partner.book(step)
        except Exception:
            for step in reversed(done):
                await self.partner.cancel(step)
            raise


@pytest.mark.taskfail(faults="raise", max_faults=1)
def test_a_trip_is_booked_whole_or_not_at_all():
    partner = Partner()

    async def main():
        await asyncio.create_task(Trip(partner, ["room", "flight", "car"]).book())

    try:
        asyncio.run(main())
    finally:
        assert partner.refused == []
