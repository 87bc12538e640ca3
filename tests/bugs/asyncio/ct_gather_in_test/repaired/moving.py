"""Money is moved in transactions; a connection that is still in one is not given back to the pool."""

import contextlib


class Pool:
    def __init__(self, *connections):
        self.all = connections
        self.idle = list(connections)

    @contextlib.asynccontextmanager
    async def transaction(self):
        connection = self.idle.pop()
        try:
            connection.begin()
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            else:
                connection.commit()
        finally:
            if connection.in_transaction:
                connection.terminate()
            else:
                self.idle.append(connection)


async def move(pool, amount):
    async with pool.transaction() as connection:
        await connection.execute(f"debit {amount}")
        await connection.execute(f"credit {amount}")
