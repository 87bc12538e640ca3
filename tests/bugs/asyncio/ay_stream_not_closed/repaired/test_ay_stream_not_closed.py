"""A word count with anyio: one task reads, another one counts, a memory object stream between them."""

import anyio


class Source:
    def __init__(self, texts):
        self.texts = texts

    async def lines(self, number):
        await anyio.sleep(0.001)
        return self.texts[number].splitlines()


class WordCount:
    def __init__(self, source):
        self.source, self.words, self.errors = source, 0, []

    async def _read(self, send, count):
        async with send:
            try:
                for number in range(count):
                    for line in await self.source.lines(number):
                        await send.send(line)
            except Exception as error:
                self.errors.append(error)

    async def _count(self, receive):
        async with receive:
            async for line in receive:
                self.words += len(line.split())

    async def run(self, count):
        send, receive = anyio.create_memory_object_stream(1)
        async with anyio.create_task_group() as group:
            group.start_soon(self._read, send, count)
            group.start_soon(self._count, receive)
        return self.words


def test_words_are_counted():
    async def main():
        return await WordCount(Source(["one two\nthree", "four"])).run(2)

    assert anyio.run(main) == 4
