"""Checkout: orders are charged on a small thread pool, with retries for a busy gateway."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest


class PaymentError(Exception):
    """Base of everything the gateway reports."""


class CardDeclined(PaymentError):
    """The bank's final answer."""


class GatewayBusy(PaymentError):
    """Try again later."""


class Gateway:
    def charge(self, order, cents):
        return f"receipt-{order}"


class Checkout:
    def __init__(self, gateway, attempts=3, delay=0.01):
        self.gateway, self.attempts, self.delay = gateway, attempts, delay
        self.audit = []  # (order, what happened)
        self.receipts, self.rejected = {}, set()

    def _charge_with_retry(self, order, cents):
        for attempt in range(1, self.attempts + 1):
            self.audit.append((order, "attempt"))
            try:
                return self.gateway.charge(order, cents)
            except CardDeclined:
                self.audit.append((order, "CardDeclined"))
                raise
            except PaymentError as error:
                self.audit.append((order, type(error).__name__))
                if attempt == self.attempts:
                    raise
                time.sleep(self.delay * attempt)

    def pay(self, order, cents):
        try:
            self.receipts[order] = self._charge_with_retry(order, cents)
        except CardDeclined:
            self.rejected.add(order)

    def pay_all(self, orders):
        with ThreadPoolExecutor(2, thread_name_prefix="checkout") as pool:
            futures = [pool.submit(self.pay, order, cents) for order, cents in orders]
        for future in futures:
            future.result()


@pytest.mark.taskfail
def test_a_declined_card_is_not_tried_again():
    shop = Checkout(Gateway())
    shop.pay_all([("A1", 1200), ("A2", 5000), ("A3", 90)])
    for order in ("A1", "A2", "A3"):
        story = [what for who, what in shop.audit if who == order]
        if "CardDeclined" in story:
            assert story[-1] == "CardDeclined", story
        assert (order in shop.receipts) != (order in shop.rejected)
