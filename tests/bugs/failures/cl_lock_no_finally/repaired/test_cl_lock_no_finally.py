"""Warehouse: orders reserve goods in parallel; one lock guards the shelf."""

import threading
from concurrent.futures import ThreadPoolExecutor


class OutOfStock(Exception):
    pass


class Stock:
    def __init__(self, **amounts):
        self.amounts = amounts

    def take(self, article, count):
        if self.amounts.get(article, 0) < count:
            raise OutOfStock(article)
        self.amounts[article] -= count


class Warehouse:
    def __init__(self, stock):
        self.stock = stock
        self.shelf = threading.Lock()
        self.reservations = {}

    def reserve(self, order, lines):
        with self.shelf:
            for article, count in lines:
                self.stock.take(article, count)
            self.reservations[order] = lines
        return len(lines)

    def reserve_all(self, orders):
        done, refused = [], []
        with ThreadPoolExecutor(3, thread_name_prefix="order") as pool:
            futures = {order: pool.submit(self.reserve, order, lines) for order, lines in orders.items()}
        for order, future in futures.items():
            try:
                future.result()
                done.append(order)
            except OutOfStock:
                refused.append(order)
        return done, refused


def test_all_orders_are_reserved():
    warehouse = Warehouse(Stock(bolt=10, nut=10))
    done, refused = warehouse.reserve_all(
        {
            "o1": [("bolt", 2), ("nut", 2)],
            "o2": [("bolt", 4)],
            "o3": [("nut", 1), ("bolt", 1)],
            "o4": [("nut", 3)],
        }
    )
    assert sorted(done) == ["o1", "o2", "o3", "o4"] and refused == []
