"""A door that opens for the first of badge, code and bell."""

import asyncio


class Reader:
    def __init__(self, name, delay):
        self.name, self.delay = name, delay

    async def ask(self):
        await asyncio.sleep(self.delay)
        return self.name


class Door:
    def __init__(self, readers):
        self.readers, self.opened = readers, []

    async def open(self):
        asked = {asyncio.create_task(reader.ask()) for reader in self.readers}
        try:
            done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            winner = next(iter(done))
            self.opened.append(winner.result())
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)


async def evening(times):
    door = Door([Reader("badge", 0.002), Reader("code", 5), Reader("bell", 10)])
    for _ in range(times):
        await door.open()
    return door.opened


def test_the_badge_is_quickest():
    assert asyncio.run(evening(2)) == ["badge", "badge"]
