"""Hedged requests: if the first replica has not answered after a moment the second one is asked too."""

import asyncio


class Replica:
    def __init__(self, name, delay):
        self.name, self.delay = name, delay

    async def get(self, key):
        await asyncio.sleep(self.delay)
        return f"{key} from {self.name}"


class Hedged:
    def __init__(self, replicas, patience=0.005):
        self.replicas, self.patience = replicas, patience

    async def get(self, key):
        tasks, errors = set(), []
        try:
            for replica in self.replicas:
                tasks.add(asyncio.create_task(replica.get(key)))
                done, _ = await asyncio.wait(tasks, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if not task.cancelled() and task.exception() is None:
                        return task.result()
            while tasks:
                done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if task.cancelled():
                        continue
                    if task.exception() is None:
                        return task.result()
                    errors.append(task.exception())
            raise ExceptionGroup("no replica answered", errors or [TimeoutError()])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def read(keys):
    hedged = Hedged([Replica("slow", 5), Replica("fast", 0.002)])
    return [await hedged.get(key) for key in keys]


def test_the_fast_one_wins():
    assert asyncio.run(read(["a", "b"])) == ["a from fast", "b from fast"]
