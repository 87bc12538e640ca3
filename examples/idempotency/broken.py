"""Four ledgers that book twice, or not at all; each is right as long as every payment is delivered once and nothing fails."""

import uuid
from dataclasses import replace

from .app import Ledger, Payment


class TwoTransactions(Ledger):
    """First the effect, then the key, each for itself: what fails in between is booked again."""

    def book(self, payment: Payment) -> str:
        with self._lock:
            receipt = self._receipt(payment.key)
            if receipt is None:
                self._change(payment)
                receipt = self._enter(payment.key)
            return receipt


class KeyFirst(Ledger):
    """First the key, then the effect: what fails in between is never booked, and the sender gets a receipt."""

    def book(self, payment: Payment) -> str:
        with self._lock:
            receipt = self._receipt(payment.key)
            if receipt is None:
                receipt = self._enter(payment.key)
                self._change(payment)
            return receipt


class CheckedTooEarly(Ledger):
    """The lock is given back between the look for the key and the booking: of two deliveries at once both find no key."""

    def book(self, payment: Payment) -> str:
        with self._lock:
            receipt = self._receipt(payment.key)
        if receipt is not None:
            return receipt
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._change(payment)
                receipt = f"receipt of {payment.key}"
                self._db.execute("INSERT OR REPLACE INTO effects VALUES (?, ?)", (payment.key, receipt))
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            return receipt


class NewKeyEachTime(Ledger):
    """The key is made where the payment is booked, so each delivery has another one."""

    def book(self, payment: Payment) -> str:
        return super().book(replace(payment, key=f"{payment.account}-{uuid.uuid4()}"))


ALL = [TwoTransactions, KeyFirst, CheckedTooEarly, NewKeyEachTime]
