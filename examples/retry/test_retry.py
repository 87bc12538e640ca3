"""A payment is tried again when the bank cannot be reached, so often and after such delays, and not when it was cancelled."""

import asyncio

import pytest

from pytest_taskfail import Raise, TaskFail

from . import app


@pytest.fixture(params=app.ALL)
def policy(request: pytest.FixtureRequest) -> type[app.RetryPolicy]:
    """The policy under test."""
    return request.param  # type: ignore[no-any-return]


class Bank:
    """Stands in for the bank; it refuses a negative amount, which no retry will mend."""

    async def charge(self, amount: int) -> str:
        await asyncio.sleep(0.01)
        if amount < 0:
            raise ValueError(f"cannot charge {amount}")
        return f"receipt for {amount}"


class Payments:
    """Calls the bank and notes when each call began, what it ended with, and when."""

    def __init__(self) -> None:
        self.began: list[float] = []
        self.ended: list[float] = []
        self.errors: list[BaseException] = []

    async def charge(self, amount: int) -> str:
        clock = asyncio.get_running_loop().time
        self.began.append(clock())
        try:
            return await Bank().charge(amount)
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            self.ended.append(clock())

    @property
    def delays(self) -> list[float]:
        """Seconds between the end of a call and the beginning of the next one."""
        return [round(began - ended, 3) for ended, began in zip(self.ended, self.began[1:], strict=False)]


async def outcome(policy: app.RetryPolicy, payments: Payments, amount: int = 5) -> "asyncio.Task[str]":
    """The task of one payment, when it is over."""
    task = asyncio.create_task(policy.call(payments.charge, amount))
    await asyncio.wait([task])
    return task


def test_what_is_permanent_is_not_tried_again(policy: type[app.RetryPolicy]) -> None:
    payments = Payments()
    task = asyncio.run(outcome(policy(), payments, amount=-5))
    assert isinstance(task.exception(), ValueError)
    assert len(payments.began) == 1


@pytest.mark.taskfail(budget=3)
def test_whatever_fails_the_payment_ends_with_a_receipt_or_the_last_error(policy: type[app.RetryPolicy]) -> None:
    payments = Payments()
    task = asyncio.run(outcome(policy(max_attempts=3), payments))
    assert len(payments.began) <= 3
    assert not any(isinstance(error, asyncio.CancelledError) for error in payments.errors[:-1]), "tried again when cancelled"
    if not task.cancelled():
        error = task.exception()
        if error is None:
            assert task.result() == "receipt for 5"
        elif len(payments.errors) == len(payments.began) == 3:
            assert error is payments.errors[-1], "the last error is lost"


def test_the_delays_grow_up_to_the_cap(policy: type[app.RetryPolicy], taskfail: TaskFail) -> None:
    taskfail.inject(Raise(ConnectionError, always=True), at="call:Bank.charge")
    payments = Payments()
    task = asyncio.run(outcome(policy(max_attempts=5, initial_delay_seconds=1, max_delay_seconds=3), payments))
    assert isinstance(task.exception(), ConnectionError)
    assert payments.delays == [1, 2, 3, 3]


def test_a_factor_of_one_gives_fixed_delays(policy: type[app.RetryPolicy], taskfail: TaskFail) -> None:
    taskfail.inject(Raise(TimeoutError), at="call:Bank.charge#0")
    taskfail.inject(Raise(TimeoutError), at="call:Bank.charge#1")
    payments = Payments()
    task = asyncio.run(outcome(policy(max_attempts=3, backoff_factor=1, initial_delay_seconds=2), payments))
    assert task.result() == "receipt for 5"
    assert payments.delays == [2, 2]


def test_jitter_is_added_to_each_delay(policy: type[app.RetryPolicy], taskfail: TaskFail) -> None:
    taskfail.inject(Raise(ConnectionError, always=True), at="call:Bank.charge")
    payments = Payments()
    asyncio.run(outcome(policy(max_attempts=4, jitter_seconds=0.5), payments))
    for delay, least in zip(payments.delays, [1, 2, 4], strict=True):
        assert least < delay <= least + 0.5


def test_a_cancelled_delay_is_the_end(policy: type[app.RetryPolicy], taskfail: TaskFail) -> None:
    taskfail.inject(Raise(ConnectionError, always=True), at="call:Bank.charge")
    payments = Payments()

    async def cancel_while_it_waits() -> "asyncio.Task[str]":
        task = asyncio.create_task(policy().call(payments.charge, 5))
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.wait([task])
        return task

    assert asyncio.run(cancel_while_it_waits()).cancelled()
    assert len(payments.began) == 1
