"""Runs jobs in the background and keeps what has become of them."""

import asyncio


class Runner:
    def __init__(self):
        self.jobs = {}
        self.failures = []

    def start(self, name, coro):
        task = self.jobs[name] = asyncio.create_task(coro)
        task.add_done_callback(lambda done: self._over(name, done))

    def _over(self, name, done):
        del self.jobs[name]
        if not done.cancelled() and done.exception() is not None:
            self.failures.append((name, done.exception()))

    async def call(self, listener, event):
        try:
            await listener(event)
        except Exception as error:
            self.failures.append((event, error))

    async def close(self):
        jobs = list(self.jobs.values())
        for task in jobs:
            task.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
