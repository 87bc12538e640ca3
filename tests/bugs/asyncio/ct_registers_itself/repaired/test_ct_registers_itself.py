"""A heartbeat that enters itself into the register of its service."""

import asyncio

from heart import Service


class Line:
    """Stands in for the line to the other side."""

    async def greet(self):
        await asyncio.sleep(0.01)


def test_the_heart_beats():
    async def main():
        service = Service(Line())
        await service.start()
        await service.stop()

    asyncio.run(main())
