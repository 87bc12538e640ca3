"""Accounts are locked in any order, one transfer at a time."""

import threading


class Account:
    def __init__(self, balance):
        self.mu = threading.Lock()
        self.balance = balance


class Bank:
    def __init__(self):
        self._transfers = threading.Lock()

    def transfer(self, source, target, amount):
        with self._transfers, source.mu, target.mu:
            source.balance -= amount
            target.balance += amount


def interest(account):
    with account.mu:
        account.balance += 1


def test_control_gate_lock():
    bank, one, two = Bank(), Account(10), Account(20)
    threads = [
        threading.Thread(target=bank.transfer, args=(one, two, 5)),
        threading.Thread(target=bank.transfer, args=(two, one, 3)),
        threading.Thread(target=interest, args=(two,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (one.balance, two.balance) == (8, 23)
