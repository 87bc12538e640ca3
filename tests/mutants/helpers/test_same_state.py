"""Money is moved between accounts; a failure leaves either both changed or none."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Bank:
    def __init__(self):
        self.lock = threading.Lock()
        self.money = {"ann": 100, "bob": 100}
        self.journal = []

    def move(self, source, target, amount):
        with self.lock:
            before = dict(self.money)
            try:
                self.money[source] -= check(amount)
                self.money[target] += check(amount)
                self.journal.append(amount)
            except OSError:
                self.money = before
                raise

    def move_safely(self, source, target, amount):
        for _ in range(3):
            try:
                return self.move(source, target, amount)
            except OSError:
                continue


def check(amount):
    return amount


def left(taskfail, plan):
    bank = Bank()
    with taskfail.experiment(plan):
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(bank.move_safely, "ann", "bob", amount) for amount in (10, 20)]
        for job in jobs:
            job.exception()
    return bank.money, bank.journal


@pytest.mark.parametrize("number", range(2))
def test_a_move_that_is_tried_again_is_made_once(taskfail, number):
    plan = f"raise OSError @ call:check#{number} in move_safely#0"
    taskfail.assert_same_state(left(taskfail, ""), left(taskfail, plan))
