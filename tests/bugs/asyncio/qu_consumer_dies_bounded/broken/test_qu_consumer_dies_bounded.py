"""An import: one task parses lines, another one writes them to the warehouse; the queue between them is bounded."""

import asyncio


class Warehouse:
    def __init__(self):
        self.rows = []

    async def insert(self, row):
        await asyncio.sleep(0.002)
        self.rows.append(row)


class Import:
    def __init__(self, warehouse):
        self.warehouse, self.queue = warehouse, asyncio.Queue(maxsize=1)

    async def _parse(self, lines):
        for line in lines:
            await self.queue.put(tuple(line.split(";")))
        await self.queue.put(None)

    async def _write(self):
        while (row := await self.queue.get()) is not None:
            await self.warehouse.insert(row)

    async def run(self, lines):
        parser = asyncio.create_task(self._parse(lines))
        writer = asyncio.create_task(self._write())
        await asyncio.gather(parser, writer, return_exceptions=True)
        writer.result()
        return len(self.warehouse.rows)


def test_all_lines_are_imported():
    async def main():
        return await Import(Warehouse()).run(["a;1", "b;2", "c;3", "d;4"])

    assert asyncio.run(main()) == 4
