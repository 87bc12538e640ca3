"""A blocking database driver used from coroutines: one statement at a time, in worker threads."""

import asyncio
import threading
import time


class Driver:
    def __init__(self):
        self.rows = []

    def execute(self, row):
        time.sleep(0.001)
        self.rows.append(row)
        return len(self.rows)


class Database:
    def __init__(self, driver):
        self.driver, self.lock = driver, threading.Lock()

    def _execute(self, row):
        with self.lock:
            return self.driver.execute(row)

    async def insert(self, row):
        return await asyncio.to_thread(self._execute, row)


async def fill(rows):
    database = Database(Driver())
    results = await asyncio.gather(*(database.insert(row) for row in rows), return_exceptions=True)
    return sorted(result for result in results if isinstance(result, int))


def test_rows_are_inserted():
    assert asyncio.run(fill(["a", "b", "c"])) == [1, 2, 3]
