"""Sessions that say goodbye when they are cancelled; where that fails, whoever has opened them hears of it."""

import asyncio


class Line:
    def __init__(self):
        self.open = 0

    async def session(self):
        self.open += 1
        try:
            await asyncio.sleep(5)
        finally:
            self.open -= 1
            raise ConnectionError("the line is dead already")


async def watch(line, seconds):
    said = None
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(line.session())
            await asyncio.sleep(seconds)
            raise TimeoutError
    except* (ConnectionError, TimeoutError) as errors:
        said = len(errors.exceptions)
    await asyncio.sleep(0.1)
    return said


def test_a_dead_line_is_reported():
    async def main():
        line = Line()
        watching = asyncio.create_task(watch(line, 1))
        await asyncio.wait([watching])
        assert line.open == 0

    asyncio.run(main())
