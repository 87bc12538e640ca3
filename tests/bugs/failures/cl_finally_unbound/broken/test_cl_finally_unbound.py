"""A dashboard counts the rows of several tables, each over a connection of its own."""

from concurrent.futures import ThreadPoolExecutor


class Connection:
    def __init__(self, tables):
        self.tables = tables

    def count(self, table):
        return len(self.tables[table])

    def close(self):
        self.tables = None


class Database:
    def __init__(self, **tables):
        self.tables = tables

    def connect(self):
        return Connection(self.tables)


class Dashboard:
    def __init__(self, database):
        self.database = database

    def rows(self, table):
        try:
            connection = self.database.connect()
            return connection.count(table)
        finally:
            connection.close()

    def refresh(self, tables):
        counts, unknown = {}, {}
        with ThreadPoolExecutor(2, thread_name_prefix="tile") as pool:
            futures = {table: pool.submit(self.rows, table) for table in tables}
        for table, future in futures.items():
            if (error := future.exception()) is not None:
                unknown[table] = error
            else:
                counts[table] = future.result()
        return counts, unknown


def test_all_tables_are_counted():
    database = Database(users=["ann", "bob"], orders=[1, 2, 3], returns=[])
    assert Dashboard(database).refresh(["users", "orders", "returns"]) == ({"users": 2, "orders": 3, "returns": 0}, {})
