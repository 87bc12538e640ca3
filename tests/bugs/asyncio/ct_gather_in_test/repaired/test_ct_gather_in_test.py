import asyncio

import pytest
from moving import Pool, move


class Connection:
    in_transaction = False

    def begin(self):
        self.in_transaction = True

    def commit(self):
        self.in_transaction = False

    rollback = commit

    def terminate(self):
        pass

    async def execute(self, sql):
        await asyncio.sleep(0.01)


@pytest.mark.taskfail
@pytest.mark.asyncio
async def test_idle_connections_are_clean():
    pool = Pool(Connection(), Connection())
    try:
        await asyncio.gather(move(pool, 1), move(pool, 2))
    finally:
        await asyncio.sleep(1)
        assert not any(c.in_transaction for c in pool.idle)
