"""A cache of lookups with eager tasks (3.12 and later): what is in the cache costs no turn of the loop."""

import asyncio


class Directory:
    def __init__(self, numbers):
        self.numbers, self.lookups = numbers, 0

    async def find(self, name):
        self.lookups += 1
        await asyncio.sleep(0.001)
        return self.numbers[name]


class CachedDirectory:
    def __init__(self, directory):
        self.directory, self.cache = directory, {}

    async def find(self, name):
        if name not in self.cache:
            self.cache[name] = await self.directory.find(name)
        return self.cache[name]

    async def find_all(self, names):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.find(name)) for name in names]
        return [task.result() for task in tasks]


async def book(directory):
    factory = getattr(asyncio, "eager_task_factory", None)
    if factory is not None:
        asyncio.get_running_loop().set_task_factory(factory)
    cached = CachedDirectory(directory)
    return await cached.find_all(["ann", "bob"]) + await cached.find_all(["bob", "ann"])


def test_each_name_is_looked_up_once():
    directory = Directory({"ann": 1, "bob": 2})
    assert asyncio.run(book(directory)) == [1, 2, 2, 1]
    assert directory.lookups == 2
