"""Accounts behind pybreaker: a missing account is an answer, not an outage."""

from concurrent.futures import ThreadPoolExecutor

import pybreaker
import pytest


class NoSuchAccount(Exception):
    pass


class Accounts:
    def __init__(self):
        self.answers, self.calls = [], 0

    def balance(self, name):
        return {"ann": 10, "bob": 20, "eve": 30}[name]


class Client:
    def __init__(self, accounts):
        self.accounts = accounts
        self.breaker = pybreaker.CircuitBreaker(fail_max=1, reset_timeout=60)
        self.missing, self.outages, self.refused = [], [], []

    def balance(self, name):
        try:
            return self.breaker.call(self.accounts.balance, name)
        except NoSuchAccount:
            self.missing.append(name)
        except pybreaker.CircuitBreakerError as error:
            (self.outages if error.__context__ and not isinstance(error.__context__, NoSuchAccount) else self.refused).append(
                name
            )
        except OSError:
            self.outages.append(name)


@pytest.mark.taskfail
def test_a_missing_account_does_not_open_the_breaker():
    client = Client(Accounts())
    with ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(client.balance, name) for name in ("ann", "bob", "eve")]
    for future in futures:
        future.result()
    if not client.outages:
        assert client.breaker.current_state == "closed", (client.missing, client.refused)
