"""A payment is tried three times, with growing waits, on failures of the connection only."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise


def charge(order):
    return f"paid {order}"


def pay(charge, order):
    last = None
    for attempt in range(3):
        if attempt:
            time.sleep(2.0 ** (attempt - 1))  # virtual time
        try:
            return charge(order)
        except ConnectionError as error:
            last = error
    raise last


def outcome(charge, order):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(pay, charge, order).exception()


def test_three_attempts_and_the_last_error(taskfail):
    charged = taskfail.record(charge)
    taskfail.inject(Raise(ConnectionError, always=True), at="call:charge")
    error = outcome(charged, 7)
    taskfail.assert_retried("charge", attempts=3, waits=[1, 2], on=ConnectionError, raised=error)
    assert error is not None


def test_a_second_attempt_is_enough(taskfail):
    charged = taskfail.record(charge)
    taskfail.inject(Raise(ConnectionError), at="call:charge")
    outcome(charged, 7)
    taskfail.assert_retried("charge", attempts=2, waits=[1], on=ConnectionError)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_other_errors_end_it(taskfail, kind):
    charged = taskfail.record(charge)
    taskfail.inject(Raise(kind), at="call:charge")
    error = outcome(charged, 7)
    taskfail.assert_retried("charge", attempts=1, on=ConnectionError, raised=error)
