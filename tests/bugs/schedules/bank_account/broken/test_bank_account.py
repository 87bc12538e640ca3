"""Two clerks post to an account."""

import threading

import pytest


class Account:
    def __init__(self, balance):
        self._mu = threading.Lock()
        self._balance = balance

    def load(self):
        with self._mu:
            return self._balance

    def store(self, balance):
        with self._mu:
            self._balance = balance

    def add(self, amount):
        with self._mu:
            self._balance += amount


def post(account, amount):
    balance = account.load()
    account.store(balance + amount)


@pytest.mark.taskfail
def test_bank_account():
    account = Account(100)
    clerks = [threading.Thread(target=post, args=(account, 20)), threading.Thread(target=post, args=(account, -40))]
    for t in clerks:
        t.start()
    for t in clerks:
        t.join()
    assert account.load() == 80
