"""A comic reader that downloads the pages of a chapter at the same time."""

import asyncio


class Server:
    def __init__(self, pages):
        self.pages = pages

    async def page(self, number):
        await asyncio.sleep(0.002 + 0.005 * number)
        return self.pages[number]


class Reader:
    def __init__(self, server):
        self.server, self.problem = server, None

    async def chapter(self, count):
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.server.page(number)) for number in range(count)]
        except* Exception as errors:
            self.problem = errors
        return [] if self.problem else [task.result() for task in tasks]


def test_the_chapter_is_complete():
    async def main():
        return await Reader(Server(["I", "II", "III"])).chapter(3)

    assert asyncio.run(main()) == ["I", "II", "III"]
