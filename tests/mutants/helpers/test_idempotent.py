"""Deposits are booked once for each order, also when the reply is lost or two workers take the same order."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.booked = {}

    def book(self, deposit, order, amount, key):
        with self.lock:
            if key in self.booked:
                return self.booked[key]
            self.booked[key] = amount
            deposit(order, amount)
            return amount


def deposit(order, amount):
    return amount


def handle(account, deposit, order):
    for _ in range(3):
        try:
            return account.book(deposit, order, 10 * order, key=order)
        except ConnectionError:
            continue


def handle_all(account, deposit, orders):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(handle, account, deposit, order) for order in orders]
    return [job.exception() for job in jobs]


@pytest.mark.parametrize("at", ["call:deposit in handle#0", "call:deposit in handle#2"])
def test_a_lost_reply_books_once(taskfail, at):
    deposited = taskfail.record(deposit, key="order")
    taskfail.inject(Raise(ConnectionError, after=True), at=at)
    handle_all(Account(), deposited, [1, 2, 3, 2])
    taskfail.assert_idempotent("deposit", at_least=1)


def test_nothing_is_lost_without_a_fault(taskfail):
    handle_all(Account(), taskfail.record(deposit, key="order"), [1, 2, 1])
    taskfail.assert_idempotent("deposit", at_least=1)
