"""A backup with anyio: each folder is copied by a task of its own."""

import anyio


class Store:
    def __init__(self):
        self.files = []

    async def put(self, name):
        await anyio.sleep(0.001)
        self.files.append(name)


class Backup:
    def __init__(self, store):
        self.store, self.skipped = store, []

    async def _folder(self, files):
        for name in files:
            try:
                await self.store.put(name)
            except Exception as error:
                self.skipped.append((name, repr(error)))

    async def run(self, folders):
        async with anyio.create_task_group() as group:
            for files in folders:
                group.start_soon(self._folder, files)
        return sorted(self.store.files)


def test_all_files_are_copied():
    async def main():
        return await Backup(Store()).run([["a", "b"], ["c", "d"]])

    assert anyio.run(main) == ["a", "b", "c", "d"]
