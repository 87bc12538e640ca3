"""Every worker thread keeps a connection of its own in a threading.local; the owner closes them all at the end."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Connection:
    def __init__(self):
        self.is_open = True

    def query(self, number):
        return number * number

    def close(self):
        self.is_open = False


class Database:
    def __init__(self):
        self.local, self.lock = threading.local(), threading.Lock()
        self.connections = []

    def connection(self):
        if not hasattr(self.local, "connection"):
            connection = Connection()
            with self.lock:
                self.connections.append(connection)
            self.local.connection = connection
        return self.local.connection

    def query(self, number):
        return self.connection().query(number)

    def query_all(self, numbers):
        try:
            with ThreadPoolExecutor(2, thread_name_prefix="query") as pool:
                return list(pool.map(self.query, numbers))
        finally:
            for connection in self.connections:
                connection.close()


def test_all_queries_are_answered():
    database = Database()
    assert database.query_all([1, 2, 3, 4]) == [1, 4, 9, 16]
    assert not any(connection.is_open for connection in database.connections)
