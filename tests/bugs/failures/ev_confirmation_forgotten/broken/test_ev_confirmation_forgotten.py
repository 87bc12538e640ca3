"""A shop confirms orders by mail, in the background, so that the customer need not wait."""

import logging
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("shop")


class Mailer:
    def __init__(self):
        self.sent = []

    def send(self, to, text):
        self.sent.append((to, text))


class Shop:
    def __init__(self, mailer):
        self.mailer = mailer
        self.orders = []
        self.background = ThreadPoolExecutor(2, thread_name_prefix="mail")

    def _confirm(self, customer, article):
        self.mailer.send(customer, f"Thank you for ordering: {article}")

    def order(self, customer, article):
        self.orders.append((customer, article))
        self.background.submit(self._confirm, customer, article)

    def close(self):
        self.background.shutdown()


def test_orders_are_taken_and_confirmed():
    mailer = Mailer()
    shop = Shop(mailer)
    for customer, article in (("ann", "lamp"), ("bob", "desk")):
        shop.order(customer, article)
    shop.close()
    assert shop.orders == [("ann", "lamp"), ("bob", "desk")]
    assert sorted(to for to, _ in mailer.sent) == ["ann", "bob"]
