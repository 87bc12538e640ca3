"""Tables of a database are exported on a pool; the report says how many were exported."""

import logging
from concurrent.futures import ThreadPoolExecutor, wait

log = logging.getLogger("export")


class Table:
    def __init__(self, name, rows):
        self.name, self.rows = name, rows

    def dump(self):
        return "\n".join(self.rows)


class Export:
    def __init__(self):
        self.files = {}

    def write(self, table):
        self.files[table.name + ".csv"] = table.dump()

    def run(self, tables):
        with ThreadPoolExecutor(2, thread_name_prefix="export") as pool:
            done, late = wait([pool.submit(self.write, table) for table in tables])
        return f"{len(done)} of {len(tables)} tables exported"


def test_all_tables_are_exported():
    export = Export()
    assert export.run([Table("users", ["ann", "bob"]), Table("orders", ["1", "2"])]) == "2 of 2 tables exported"
    assert export.files == {"users.csv": "ann\nbob", "orders.csv": "1\n2"}
