"""Transfers lock two accounts, always in the order of their numbers, through a generator-based context manager."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


class Audit:
    def approve(self, cents):
        return cents < 100_000


class Account:
    def __init__(self, number, cents):
        self.number, self.cents = number, cents
        self.lock = threading.Lock()


@contextmanager
def locked(*accounts):
    first, second = sorted(accounts, key=lambda account: account.number)
    with first.lock, second.lock:
        yield


class Bank:
    def __init__(self, audit):
        self.audit = audit

    def transfer(self, source, target, cents):
        with locked(source, target):
            if self.audit.approve(cents):
                source.cents -= cents
                target.cents += cents

    def transfer_all(self, orders):
        with ThreadPoolExecutor(3, thread_name_prefix="transfer") as pool:
            futures = [pool.submit(self.transfer, *order) for order in orders]
        return [error for future in futures if (error := future.exception()) is not None]


def test_money_is_neither_made_nor_lost():
    one, two = Account(1, 500), Account(2, 500)
    assert Bank(Audit()).transfer_all([(one, two, 100), (two, one, 50), (one, two, 25)]) == []
    assert (one.cents, two.cents) == (425, 575)
