"""A calendar that is synchronised with a server, one synchronisation at a time, each with a time limit."""

import asyncio


class Server:
    def __init__(self, events):
        self.events = events

    async def changes(self, since):
        await asyncio.sleep(0.01)
        return self.events[since:]


class Calendar:
    def __init__(self, server):
        self.server, self.events = server, []
        self.busy, self.idle = False, asyncio.Condition()

    async def _synchronise(self):
        async with self.idle:
            await self.idle.wait_for(lambda: not self.busy)
            self.busy = True
        self.events += await self.server.changes(len(self.events))
        async with self.idle:
            self.busy = False
            self.idle.notify()

    async def synchronise(self, limit):
        try:
            await asyncio.wait_for(self._synchronise(), limit)
        except TimeoutError:
            return False
        return True


async def twice(server):
    calendar = Calendar(server)
    first = await calendar.synchronise(5)
    server.events.append("dentist")
    if not first:
        await calendar._synchronise()
    return first and await calendar.synchronise(5), calendar.events


def test_both_rounds_bring_events():
    assert asyncio.run(twice(Server(["school"]))) == (True, ["school", "dentist"])
