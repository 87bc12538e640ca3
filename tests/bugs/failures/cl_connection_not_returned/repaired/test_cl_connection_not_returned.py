"""A small pool of database connections, shared by the workers of a report."""

import queue
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


class ConnectionPool:
    def __init__(self, path, size):
        self._free = queue.Queue()
        for _ in range(size):
            self._free.put(sqlite3.connect(path, check_same_thread=False))
        self.size = size

    @contextmanager
    def connection(self):
        conn = self._free.get()
        try:
            yield conn
        finally:
            self._free.put(conn)

    def close(self):
        for _ in range(self.size):
            self._free.get().close()


class Tariff:
    def discount(self, customer):
        return 5


def bill(pool, tariff, customer):
    with pool.connection() as conn:
        (cents,) = conn.execute("SELECT sum(cents) FROM items WHERE customer = ?", (customer,)).fetchone()
        return cents - tariff.discount(customer)


def bills(path, customers):
    pool, tariff = ConnectionPool(path, 1), Tariff()
    try:
        with ThreadPoolExecutor(2) as workers:
            futures = {c: workers.submit(bill, pool, tariff, c) for c in customers}
        return {c: f.result() for c, f in futures.items()}
    finally:
        pool.close()


def test_bills(tmp_path):
    path = tmp_path / "shop.db"
    conn = sqlite3.connect(path)
    with conn:
        conn.execute("CREATE TABLE items (customer, cents)")
        conn.executemany("INSERT INTO items VALUES (?, ?)", [("ann", 100), ("ann", 50), ("bob", 30)])
    conn.close()
    assert bills(path, ["ann", "bob"]) == {"ann": 145, "bob": 25}
