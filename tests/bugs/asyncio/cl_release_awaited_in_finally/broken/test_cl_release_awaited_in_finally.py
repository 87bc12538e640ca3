"""A pool of connections: a connection is reset on the wire before somebody else may have it."""

import asyncio


class Connection:
    async def query(self, sql):
        await asyncio.sleep(0.01)
        return sql.upper()

    async def reset(self):
        await asyncio.sleep(0.01)


class Pool:
    def __init__(self, size):
        self.free = asyncio.Queue()
        for _ in range(size):
            self.free.put_nowait(Connection())

    async def acquire(self):
        return await self.free.get()

    async def release(self, connection):
        await connection.reset()
        self.free.put_nowait(connection)


class Reports:
    def __init__(self, pool):
        self.pool = pool
        self.rows = []

    async def run(self, sql):
        connection = await self.pool.acquire()
        try:
            self.rows.append(await connection.query(sql))
        finally:
            await self.pool.release(connection)


async def nightly(statements):
    reports = Reports(Pool(1))
    await asyncio.gather(*(reports.run(sql) for sql in statements), return_exceptions=True)
    return reports.rows


def test_all_reports_are_written():
    assert asyncio.run(nightly(["select 1", "select 2", "select 3"])) == ["SELECT 1", "SELECT 2", "SELECT 3"]
