import asyncio

import pytest
from trip import Trip


class Service:
    def __init__(self, name):
        self.name, self.guests = name, set()

    async def book(self, who):
        await asyncio.sleep(0.01)
        self.guests.add(who)

    async def cancel(self, who):
        self.guests.discard(who)
        await asyncio.sleep(0.01)


@pytest.mark.taskfail
def test_all_or_nothing():
    flight, hotel = Service("flight"), Service("hotel")
    trip = Trip(flight, hotel)

    async def main():
        booking = asyncio.create_task(trip.book("ann"))
        await asyncio.wait([booking])
        booking.result()

    try:
        asyncio.run(main())
    finally:
        if not trip.to_check:
            assert flight.guests == hotel.guests
