"""A shop closes for stocktaking: the gate is a lock that one task takes and another one releases."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Shelf:
    def __init__(self, *articles):
        self.articles = articles

    def count(self):
        return len(self.articles)


class Shop:
    def __init__(self, shelf):
        self.shelf = shelf
        self.gate = threading.Lock()  # held while the shop is closed

    def close(self):
        self.gate.acquire()

    def count(self):
        return self.shelf.count()

    def reopen(self):
        self.gate.release()

    def take_stock(self):
        with ThreadPoolExecutor(1, thread_name_prefix="night") as pool:
            try:
                pool.submit(self.close).result()
                counted = pool.submit(self.count).result()
                pool.submit(self.reopen).result()
                return counted
            finally:
                if self.gate.locked():
                    self.gate.release()


def test_stock_is_taken_every_night():
    shop = Shop(Shelf("pen", "ink", "pad"))
    assert [shop.take_stock() for _ in range(2)] == [3, 3]
    assert not shop.gate.locked()
