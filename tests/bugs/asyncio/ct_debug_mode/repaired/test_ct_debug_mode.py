"""A reservation desk, with the event loop in debug mode."""

import asyncio


class Seats:
    def __init__(self, free):
        self.free, self.lock = free, asyncio.Lock()

    async def reserve(self, count):
        async with self.lock:
            if count > self.free:
                raise ValueError("sold out")
            await asyncio.sleep(0.001)
            self.free -= count
        return count


class Desk:
    def __init__(self, seats):
        self.seats, self.refused = seats, []

    async def serve(self, guests):
        async def one(name, count):
            try:
                await self.seats.reserve(count)
            except ValueError:
                self.refused.append(name)

        await asyncio.gather(*(one(name, count) for name, count in guests.items()))
        return self.seats.free


def test_one_is_refused():
    desk = Desk(Seats(5))
    assert asyncio.run(desk.serve({"ann": 2, "bob": 4, "cid": 3}), debug=True) == 0
    assert desk.refused == ["bob"]
