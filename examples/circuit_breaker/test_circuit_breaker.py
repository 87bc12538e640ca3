"""A breaker in front of a service of exchange rates: it opens, lets one probe through, and closes again."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pybreaker
import pytest

from pytest_taskfail import Raise, TaskFail

from . import app

RESET = 0.05
"""Seconds; the ordinary run, before faults are injected, takes place in real time."""


@pytest.fixture(params=[app.CircuitBreaker])
def breaker_type(request: pytest.FixtureRequest) -> type[app.CircuitBreaker]:
    """The breaker under test."""
    return request.param  # type: ignore[no-any-return]


class Rates(pybreaker.CircuitBreakerListener):
    """Stands in for the service; notes how many calls are under way at once, and each change of the breaker's state."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.under_way = 0
        self.most = 0
        self.answers = 0
        self.states: list[str] = []

    async def rate(self, currency: str) -> float:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0.01)
        finally:
            self.under_way -= 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the service of exchange rates is down")
        self.answers += 1
        return 1.25

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        self.states.append(new_state.name)


async def together(*calls: Coroutine[Any, Any, float]) -> list["asyncio.Task[float]"]:
    """The tasks of these calls, made side by side, when they are over."""
    tasks = [asyncio.create_task(call) for call in calls]
    await asyncio.wait(tasks)
    return tasks


def fate(task: "asyncio.Task[float]") -> str:
    """How a call has ended."""
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return "answered" if error is None else "turned away" if isinstance(error, pybreaker.CircuitBreakerError) else "failed"


def test_it_opens_lets_one_through_and_closes_again(breaker_type: type[app.CircuitBreaker], taskfail: TaskFail) -> None:
    for number in range(3):
        taskfail.inject(Raise(ConnectionError), at=f"call:Rates.rate#0 in call#{number}")
    rates = Rates()
    breaker = breaker_type(3, RESET, [rates])

    async def main() -> list[list[str]]:
        fates = []
        for pause in (0, 0, 0, 0, RESET, 0):
            await asyncio.sleep(pause)
            fates.append([fate(task) for task in await together(breaker.call(rates.rate, "CHF"))])
        return fates

    assert asyncio.run(main()) == [["failed"]] * 3 + [["turned away"]] + [["answered"]] * 2
    assert rates.states == ["open", "half-open", "closed"]


@pytest.mark.taskfail(budget=3)
def test_a_cancelled_call_is_not_a_failure(breaker_type: type[app.CircuitBreaker]) -> None:
    rates = Rates()
    breaker = breaker_type(1, RESET, [rates])
    tasks = asyncio.run(together(breaker.call(rates.rate, "CHF"), breaker.call(rates.rate, "EUR")))
    if all(fate(task) in ("answered", "cancelled") for task in tasks):
        assert rates.states == []


@pytest.mark.taskfail(budget=3)
def test_only_a_probe_that_was_answered_closes_it(breaker_type: type[app.CircuitBreaker]) -> None:
    rates = Rates(failures=1)
    breaker = breaker_type(1, RESET, [rates])

    async def main() -> None:
        for task in await together(breaker.call(rates.rate, "CHF")):
            fate(task)
        await asyncio.sleep(RESET)
        rates.most = 0
        for task in await together(*(breaker.call(rates.rate, "CHF") for _ in range(3))):
            fate(task)

    asyncio.run(main())
    if rates.failures == 0 and rates.states[:2] == ["open", "half-open"]:
        assert rates.most <= 1, f"{rates.most} calls were let through by the half-open breaker"
        assert ("closed" in rates.states) <= (rates.answers > 0)


@pytest.mark.taskfail(faults="cancel", budget=3)
def test_it_closes_once_the_service_answers_again(breaker_type: type[app.CircuitBreaker]) -> None:
    rates = Rates(failures=1)
    breaker = breaker_type(1, RESET)

    async def main() -> list["asyncio.Task[float]"]:
        tasks = []
        for _ in range(5):
            tasks += await together(breaker.call(rates.rate, "CHF"))
            await asyncio.sleep(RESET)
        return tasks

    fates = [fate(task) for task in asyncio.run(main())]
    assert "answered" in fates[-2:], fates
