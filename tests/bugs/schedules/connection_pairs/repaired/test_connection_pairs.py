"""Copying a table takes two connections out of a pool of two."""

import queue
import threading


class ConnectionPool:
    def __init__(self, names):
        self._idle = queue.Queue()
        self._pairing = threading.Lock()
        for name in names:
            self._idle.put(name)

    def take_pair(self):
        with self._pairing:
            source = self._idle.get()
            target = self._idle.get()
            return source, target

    def give_back(self, pair):
        for connection in pair:
            self._idle.put(connection)


def copy(pool, table, copied):
    pair = pool.take_pair()
    copied.append(table)
    pool.give_back(pair)


def test_connection_pairs():
    pool = ConnectionPool(["c1", "c2"])
    copied = []
    copies = [threading.Thread(target=copy, args=(pool, table, copied)) for table in ("users", "orders")]
    for thread in copies:
        thread.start()
    for thread in copies:
        thread.join()
    assert sorted(copied) == ["orders", "users"]
