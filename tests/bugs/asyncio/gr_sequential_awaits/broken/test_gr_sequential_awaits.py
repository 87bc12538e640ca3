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
        tasks = [asyncio.create_task(self.server.page(number)) for number in range(count)]
        try:
            return [await task for task in tasks]
        except Exception as error:
            self.problem = error
            return []


def test_the_chapter_is_complete():
    async def main():
        return await Reader(Server(["I", "II", "III"])).chapter(3)

    assert asyncio.run(main()) == ["I", "II", "III"]
