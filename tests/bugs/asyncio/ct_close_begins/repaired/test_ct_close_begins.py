"""Two workers are hired and dismissed."""

import asyncio

from crew import Crew


def test_everybody_goes_home():
    async def main():
        crew, there = Crew(), []

        async def work():
            there.append(1)
            await asyncio.sleep(10)

        crew.hire(work)
        crew.hire(work)
        await asyncio.sleep(0.1)
        await crew.close()
        assert len(there) == 2

    asyncio.run(main())
