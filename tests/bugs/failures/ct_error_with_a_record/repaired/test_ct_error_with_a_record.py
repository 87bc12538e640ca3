"""A shop says which order was refused, and how many pieces were missing."""

from concurrent.futures import ThreadPoolExecutor


class Order:
    def __init__(self, number, pieces):
        self.number, self.pieces = number, pieces


class Refused(Exception):
    def __init__(self, order):
        self.order = order


class Short(Exception):
    def __init__(self, pieces):
        self.pieces = pieces


class Store:
    def reserve(self, order):
        if order.pieces > 5:
            raise Refused(order)

    def send(self, order):
        if order.pieces > 3:
            raise Short(order.pieces - 3)


class Shop:
    def __init__(self, store):
        self.store = store
        self.refused, self.missing = [], 0

    def sell(self, order):
        try:
            self.store.reserve(order)
        except Refused as error:
            self.refused.append(error.order.number)
            return
        try:
            self.store.send(order)
        except Short as error:
            self.missing += error.pieces


def test_too_large_orders_are_refused():
    shop = Shop(Store())
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shop.sell, [Order(1, 2), Order(2, 9), Order(3, 5)]))
    assert (shop.refused, shop.missing) == ([2], 2)
