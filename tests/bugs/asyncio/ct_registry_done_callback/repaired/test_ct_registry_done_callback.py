"""Background tasks with a registry; each removes itself by a callback, which also logs what went wrong."""

import asyncio
import logging

log = logging.getLogger("background")


class Background:
    def __init__(self):
        self.tasks, self.failures = set(), 0

    def start(self, coroutine, name):
        task = asyncio.create_task(coroutine, name=name)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            self.failures += 1
            log.error("%s failed", task.get_name(), exc_info=task.exception())

    async def close(self, patience=5):
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=patience)
        for task in list(self.tasks):
            task.cancel()
        while self.tasks:
            await asyncio.wait(self.tasks)


class Webhooks:
    def __init__(self):
        self.called = []

    async def call(self, url):
        await asyncio.sleep(0.002)
        self.called.append(url)


async def shop(webhooks, urls):
    background = Background()
    try:
        for url in urls:
            background.start(webhooks.call(url), url)
    finally:
        await background.close()
    return background.failures


def test_webhooks_are_called():
    webhooks = Webhooks()
    assert asyncio.run(shop(webhooks, ["a", "b", "c"])) == 0
    assert sorted(webhooks.called) == ["a", "b", "c"]
