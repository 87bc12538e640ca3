"""A journey: flight and hotel are booked at the same time; if one fails the journey is called off."""

import asyncio


class Agency:
    def __init__(self):
        self.booked = []

    async def book(self, what, seconds):
        await asyncio.sleep(seconds)
        self.booked.append(what)
        return what

    async def apologise(self):
        await asyncio.sleep(0.2)


async def journey(agency):
    flight = asyncio.create_task(agency.book("flight", 0.01))
    hotel = asyncio.create_task(agency.book("hotel", 0.03))
    return await flight, await hotel


async def customer(agency):
    try:
        return await journey(agency)
    except Exception:
        await agency.apologise()
        return None


def test_a_journey_is_booked():
    agency = Agency()
    assert asyncio.run(customer(agency)) == ("flight", "hotel")
