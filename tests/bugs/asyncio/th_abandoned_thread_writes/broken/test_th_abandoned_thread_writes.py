"""A log file written in worker threads, one at a time, guarded by an asyncio.Lock."""

import asyncio
import time

import pytest


class File:
    def __init__(self):
        self.lines, self.writers, self.clashes = [], 0, 0

    def write(self, line):
        self.writers += 1
        if self.writers > 1:
            self.clashes += 1
        time.sleep(0.002)
        self.lines.append(line)
        self.writers -= 1


class Log:
    def __init__(self, file):
        self.file, self.lock = file, asyncio.Lock()

    async def write(self, line):
        async with self.lock:
            await asyncio.to_thread(self.file.write, line)

    async def close(self):
        async with self.lock:
            pass


@pytest.mark.taskfail(faults="cancel")
def test_no_two_writers_at_once():
    file = File()

    async def main():
        log = Log(file)
        writers = [asyncio.create_task(log.write(line)) for line in ("a", "b", "c")]
        await asyncio.gather(*writers, return_exceptions=True)
        await log.close()

    asyncio.run(main())
    assert file.clashes == 0
