"""Paid orders are announced to listeners: one thanks the customer, one enters the order into the books."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyee.base import EventEmitter

log = logging.getLogger("shop")


class Smtp:
    def send(self, text):
        return len(text)


class Shop:
    def __init__(self, smtp):
        self.smtp, self.books = smtp, []
        self.events = EventEmitter()
        self.events.on("paid", self._thank)
        self.events.on("paid", self._enter)

    def _thank(self, order):
        try:
            self.smtp.send(f"Thank you for {order}")
        except Exception:
            log.exception("no thanks for %s", order)

    def _enter(self, order):
        self.books.append(order)

    def settle(self, order):
        self.events.emit("paid", order)

    def settle_all(self, orders):
        with ThreadPoolExecutor(2, thread_name_prefix="settle") as pool:
            futures = {order: pool.submit(self.settle, order) for order in orders}
        return [order for order, future in futures.items() if future.exception() is not None]


@pytest.mark.taskfail
def test_every_order_is_in_the_books_or_refused():
    orders, shop = {"lamp", "desk", "sofa"}, Shop(Smtp())
    refused = shop.settle_all(sorted(orders))
    assert set(shop.books) | set(refused) == orders
