"""A virus scanner: two workers share a queue of files, the caller waits until the queue is worked off."""

import asyncio


class Engine:
    async def scan(self, name):
        await asyncio.sleep(0.01 * len(name))
        return "eicar" in name


class Scanner:
    def __init__(self, engine, workers=2):
        self.engine, self.workers = engine, workers
        self.infected, self.unreadable = [], []

    async def _work(self, files):
        while True:
            name = await files.get()
            try:
                if await self.engine.scan(name):
                    self.infected.append(name)
            except Exception:
                self.unreadable.append(name)
            finally:
                files.task_done()

    async def scan(self, names):
        files = asyncio.Queue()
        for name in names:
            files.put_nowait(name)
        workers = [asyncio.create_task(self._work(files)) for _ in range(self.workers)]
        joined = asyncio.create_task(files.join())
        await asyncio.wait([joined, *workers], return_when=asyncio.FIRST_COMPLETED)
        for task in (joined, *workers):
            task.cancel()
        await asyncio.gather(joined, *workers, return_exceptions=True)
        return self.infected


def test_the_infected_file_is_found():
    scanner = Scanner(Engine())
    assert asyncio.run(scanner.scan(["a.txt", "eicar.com", "b.txt"])) == ["eicar.com"]
    assert scanner.unreadable == []
