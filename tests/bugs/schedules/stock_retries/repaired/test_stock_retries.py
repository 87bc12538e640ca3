"""Two shops sell from one stock; a sale that another one has overtaken is tried again until it is made."""

import threading

import pytest


class Stock:
    def __init__(self, pieces):
        self.lock = threading.Lock()
        self.pieces, self.version = pieces, 0

    def read(self):
        with self.lock:
            return self.pieces, self.version

    def write(self, pieces, version):
        with self.lock:
            if version != self.version:
                return False
            self.pieces, self.version = pieces, version + 1
            return True


def sell(stock):
    while True:
        pieces, version = stock.read()
        if stock.write(pieces - 1, version):
            return True


def shop(stock, customers):
    for _ in range(customers):
        sell(stock)


@pytest.mark.taskfail
def test_every_sale_is_made():
    stock = Stock(10)
    shops = [threading.Thread(target=shop, args=(stock, 5)) for _ in range(2)]
    for thread in shops:
        thread.start()
    for thread in shops:
        thread.join()
    assert stock.pieces == 0
