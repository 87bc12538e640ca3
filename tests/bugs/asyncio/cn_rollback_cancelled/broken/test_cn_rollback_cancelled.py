"""A saga on anyio: a booking is compensated when it is not finished."""

import anyio
import pytest


class Hotel:
    def __init__(self):
        self.rooms = {}

    async def book(self, guest):
        await anyio.sleep(0.001)
        self.rooms[guest] = "held"

    async def confirm(self, guest):
        await anyio.sleep(0.001)
        self.rooms[guest] = "booked"

    async def release(self, guest):
        await anyio.sleep(0.001)
        self.rooms.pop(guest, None)


class Travel:
    def __init__(self, hotel):
        self.hotel = hotel
        self.to_check = []  # guests whose room could not be released

    async def trip(self, guest, seconds):
        try:
            await self.hotel.book(guest)
            await anyio.sleep(seconds)
            await self.hotel.confirm(guest)
        finally:
            if self.hotel.rooms.get(guest) == "held":
                try:
                    await self.hotel.release(guest)
                except Exception:
                    self.to_check.append(guest)
                    raise


async def agency(travel):
    async with anyio.create_task_group() as group:
        with anyio.move_on_after(0.05):
            async with anyio.create_task_group() as trips:
                trips.start_soon(travel.trip, "ann", 0.002)
                trips.start_soon(travel.trip, "bob", 0.001)
        group.cancel_scope.cancel()


@pytest.mark.taskfail
def test_no_room_stays_held():
    travel = Travel(Hotel())
    try:
        anyio.run(agency, travel)
    finally:
        held = {g for g, s in travel.hotel.rooms.items() if s == "held"}
        assert held <= set(travel.to_check), held
