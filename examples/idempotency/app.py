"""Payments that are delivered at least once and booked exactly once.

Each payment carries a key, which the sender made once and keeps when it sends again. The effect and the entry that says "this key
has been dealt with" are written in one transaction: either both are there or neither. A second delivery gets the first receipt.
"""

import queue
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS effects (key TEXT PRIMARY KEY, receipt TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Payment:
    """What is to be booked.

    Args:
        key: the same whenever this payment is delivered, and of no other payment.
    """

    key: str
    account: str
    cents: int


class Acknowledge(Protocol):
    """Tells the sender that a payment need not be sent again: another system, which can fail."""

    def __call__(self, key: str, receipt: str) -> None: ...


class Ledger:
    """Accounts, and the effects that have happened, in one SQLite file. May be used by many threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(SCHEMA)

    def book(self, payment: Payment) -> str:
        """Books a payment unless its key has been booked before; the receipt in both cases."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                receipt = self._receipt(payment.key)
                if receipt is None:
                    self._change(payment)
                    receipt = self._enter(payment.key)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            return receipt

    def cents(self, account: str) -> int:
        """What is on an account."""
        with self._lock:
            row = self._db.execute("SELECT cents FROM accounts WHERE name = ?", (account,)).fetchone()
        return 0 if row is None else int(row[0])

    def close(self) -> None:
        self._db.close()

    def _receipt(self, key: str) -> str | None:
        row = self._db.execute("SELECT receipt FROM effects WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _change(self, payment: Payment) -> None:
        self._db.execute(
            "INSERT INTO accounts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cents = cents + excluded.cents",
            (payment.account, payment.cents),
        )

    def _enter(self, key: str) -> str:
        receipt = f"receipt of {key}"
        self._db.execute("INSERT INTO effects VALUES (?, ?)", (key, receipt))
        return receipt


class Consumer:
    """Takes deliveries from a queue, books them side by side and acknowledges them; what fails is delivered again.

    Args:
        attempts: after so many a payment is given up.
    """

    def __init__(self, ledger: Ledger, acknowledge: Acknowledge, attempts: int = 3, workers: int = 2) -> None:
        self._ledger = ledger
        self._acknowledge = acknowledge
        self._attempts = attempts
        self._workers = workers
        self._inbox: queue.SimpleQueue[tuple[Payment, int]] = queue.SimpleQueue()

    def deliver(self, payment: Payment, attempt: int = 1) -> None:
        """Puts a payment into the queue; it may come twice."""
        self._inbox.put((payment, attempt))

    def run(self) -> dict[str, Exception]:
        """Deals with all that is in the queue; the keys of what was given up, each with its last error."""
        given_up: dict[str, Exception] = {}
        with ThreadPoolExecutor(self._workers, thread_name_prefix="consumer") as pool:
            workers = [pool.submit(self._work, given_up) for _ in range(self._workers)]
        for worker in workers:
            worker.result()
        return given_up

    def _work(self, given_up: dict[str, Exception]) -> None:
        while True:
            try:
                payment, attempt = self._inbox.get_nowait()
            except queue.Empty:
                return
            try:
                self._acknowledge(payment.key, self._ledger.book(payment))
            except Exception as error:
                if attempt < self._attempts:
                    self.deliver(payment, attempt + 1)
                else:
                    given_up[payment.key] = error
