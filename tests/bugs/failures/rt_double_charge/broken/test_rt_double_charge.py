"""Payouts through a bank that may lose a reply; every payout must be made at most once."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed


class Bank:
    def __init__(self):
        self._lock = threading.Lock()
        self.booked = []  # (payee, cents)
        self._seen = {}

    def transfer(self, payee, cents, key):
        with self._lock:
            if key not in self._seen:
                self.booked.append((payee, cents))
                self._seen[key] = len(self.booked)
            return self._seen[key]


class Payouts:
    def __init__(self, bank):
        self.bank = bank
        self.run = uuid.uuid4().hex  # one payout run
        self.references = {}

    def pay(self, payee, cents):
        self.references[payee] = self._send(payee, cents)

    @retry(
        retry=retry_if_exception_type((ConnectionError, TimeoutError)),
        stop=stop_after_attempt(3),
        wait=wait_fixed(0.01),
        reraise=True,
    )
    def _send(self, payee, cents):
        return self.bank.transfer(payee, cents, key=uuid.uuid4().hex)

    def pay_all(self, amounts):
        with ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(self.pay, payee, cents) for payee, cents in amounts.items()]
        for future in futures:
            future.result()


@pytest.mark.taskfail
def test_nobody_is_paid_twice():
    bank = Bank()
    payouts = Payouts(bank)
    try:
        payouts.pay_all({"ann": 100, "bob": 250, "eve": 75})
    finally:
        payees = [payee for payee, _ in bank.booked]
        assert len(payees) == len(set(payees)), payees
    assert set(payouts.references) == {"ann", "bob", "eve"}
