"""Lines are imported in parts by a group of tasks; meanwhile an audit says how far it is."""

import asyncio


class Importer:
    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.lines = 0

    async def _audit(self):
        while True:
            await asyncio.sleep(0.005)
            await self.sink.progress(self.lines)

    async def _part(self, number):
        for line in await self.source.part(number):
            await self.sink.write(line)
            self.lines += 1

    async def run(self, parts):
        audit = asyncio.create_task(self._audit())
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(parts):
                    group.create_task(self._part(number))
        finally:
            audit.cancel()
            await asyncio.gather(audit, return_exceptions=True)
        return self.lines
