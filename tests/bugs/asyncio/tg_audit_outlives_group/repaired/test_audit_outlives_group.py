import asyncio

from importer import Importer


class Source:
    async def part(self, number):
        await asyncio.sleep(0.003)
        return [f"{number}.{line}" for line in range(2)]


class Sink:
    def __init__(self):
        self.rows, self.seen = [], []

    async def write(self, line):
        await asyncio.sleep(0.001)
        self.rows.append(line)

    async def progress(self, number):
        self.seen.append(number)


def test_all_lines_are_imported():
    sink = Sink()
    assert asyncio.run(Importer(Source(), sink).run(2)) == 4
    assert sorted(sink.rows) == ["0.0", "0.1", "1.0", "1.1"]
