"""A stock of goods that are sold and taken back."""

import queue
import threading

import pytest


class Stock:
    def __init__(self, count):
        self._sales_mu = threading.Lock()
        self._returns_mu = threading.Lock()
        self.count = count
        self.journal = queue.Queue()

    def sell(self, number):
        with self._sales_mu:
            count = self.count - number
            self.journal.put(("sold", number))
            self.count = count

    def take_back(self, number):
        with self._returns_mu:
            count = self.count + number
            self.journal.put(("returned", number))
            self.count = count


@pytest.mark.taskfail
def test_stock_ledger():
    stock = Stock(count=10)
    desks = [
        threading.Thread(target=stock.sell, args=(3,)),
        threading.Thread(target=stock.take_back, args=(2,)),
    ]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert stock.count == 9
