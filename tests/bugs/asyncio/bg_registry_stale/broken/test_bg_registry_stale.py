"""Background exports: a registry shows what is running; a web page lists it."""

import asyncio
import logging
import uuid

import pytest

log = logging.getLogger("exports")


class Storage:
    def __init__(self):
        self.files = {}

    async def upload(self, name, rows):
        await asyncio.sleep(0.001)
        self.files[name] = rows


class Exports:
    def __init__(self, storage):
        self.storage = storage
        self.running = {}
        self.failed = {}
        self._tasks = set()

    def start(self, name, rows):
        job = uuid.uuid4().hex
        self.running[job] = name
        task = asyncio.create_task(self._run(job, name, rows))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    async def _run(self, job, name, rows):
        try:
            await self.storage.upload(name, rows)
        except Exception as error:
            log.exception("export %s failed", name)
            self.failed[job] = (name, repr(error))
            raise
        del self.running[job]

    async def drain(self):
        while self._tasks:
            await asyncio.wait(list(self._tasks))


async def evening(exports):
    jobs = [exports.start(name, rows) for name, rows in (("users", [1, 2]), ("orders", [3]), ("refunds", []))]
    await exports.drain()
    await asyncio.sleep(0)
    return jobs


@pytest.mark.taskfail
def test_nothing_is_shown_as_running_after_a_drain():
    exports = Exports(Storage())
    jobs = asyncio.run(evening(exports))
    assert exports.running == {}
    assert len(exports.storage.files) + len(exports.failed) >= len(jobs)
