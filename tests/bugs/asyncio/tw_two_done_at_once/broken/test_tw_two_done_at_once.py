"""A file is asked for in the archive and at a mirror at once; who answers first is taken, who fails is written down."""

import asyncio

import pytest


class Mirror:
    def __init__(self, delay):
        self.delay = delay

    async def fetch(self, name):
        await asyncio.sleep(self.delay)
        return f"{name} after {self.delay}"


class Archive:
    async def read(self, name):
        await asyncio.sleep(0.02)
        return f"{name} after all"


async def download(mirror, archive, name):
    open_ = {asyncio.create_task(mirror.fetch(name)), asyncio.create_task(archive.read(name))}
    failures = []
    try:
        while open_:
            done, open_ = await asyncio.wait(open_, return_when=asyncio.FIRST_COMPLETED)
            (task,) = done
            if task.exception() is None:
                return task.result(), failures
            failures.append(task.exception())
        raise ExceptionGroup("nobody has answered", failures)
    finally:
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)


@pytest.mark.taskfail
def test_a_file_is_downloaded():
    text, failures = asyncio.run(download(Mirror(0.01), Archive(), "notes"))
    assert text.startswith("notes after")
    assert len(failures) <= 1
