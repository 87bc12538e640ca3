"""A report from two sources: both are loaded, joined and sent; whichever task fails, nothing runs on garbage."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

from . import app

SENT: list[list[int]] = []


@pytest.fixture(autouse=True)
def nothing_sent() -> Iterator[None]:
    """Nothing has been sent before."""
    SENT.clear()
    yield
    SENT.clear()


def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2)


def processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))


@pytest.fixture(params=[app.SyncExecutor, lambda: app.ParallelExecutor(threads)], ids=["sync", "threads"])
def executor(request: pytest.FixtureRequest) -> app.SyncExecutor:
    """The executor under test."""
    return request.param()  # type: ignore[no-any-return]


@pytest.fixture(params=[app.AsyncExecutor], ids=["async"])
def async_executor(request: pytest.FixtureRequest) -> app.AsyncExecutor:
    """The executor for coroutines under test."""
    return request.param()  # type: ignore[no-any-return]


def fetch(number: int) -> list[int]:
    """Stands in for a source, which can fail."""
    return [number, number + 1]


def send(rows: list[int]) -> None:
    """Stands in for the mail."""
    SENT.append(rows)


class Load(app.Task):
    def execute(self, number: int) -> app.TaskResult:
        return self.complete(rows=fetch(number)) if number >= 0 else self.fail(f"there is no source {number}")


class Join(app.Task):
    def execute(self, left: list[int], right: list[int]) -> app.TaskResult:
        return self.complete(rows=sorted(left + right))


class Send(app.Task):
    def execute(self, rows: list[int]) -> app.TaskResult:
        send(rows)
        return self.complete()


class SlowLoad(app.Task):
    async def execute(self, number: int) -> app.TaskResult:  # type: ignore[override]
        for _ in range(number):
            await asyncio.sleep(0.01)
        return self.complete(rows=fetch(number))


def report(load: type[app.Task] = Load) -> app.CompositeTask:
    workflow = app.CompositeTask()
    workflow.add_task(load("load first"), requires={"number": "first"}, provides={"rows": "first rows"})
    workflow.add_task(load("load second"), requires={"number": "second"}, provides={"rows": "second rows"})
    workflow.add_task(Join("join"), requires={"left": "first rows", "right": "second rows"}, provides={"rows": "all rows"})
    workflow.add_task(Send("send"), requires={"rows": "all rows"})
    return workflow


def check(executor: app.SyncExecutor, result: app.TaskResult) -> None:
    """True whatever fails: all is done, or the workflow has failed and nothing but the whole was sent."""
    assert executor.last is not None
    status = executor.last.status
    assert executor.is_completed() == (result.status is app.Status.COMPLETED)
    assert (result.status is app.Status.FAILED) == (app.Status.FAILED in status.values()) == (result.error is not None)
    assert app.Status.RUNNING not in status.values()
    assert SENT in ([], [[1, 2, 2, 3]])
    assert SENT or not executor.is_completed()


def test_a_task_that_says_it_fails_is_a_failure(executor: app.SyncExecutor) -> None:
    result = executor.execute(report(), initial_inputs={"first": -1, "second": 2})
    assert result.status is app.Status.FAILED
    assert str(result.error) == "load first: there is no source -1"
    assert SENT == []
    assert executor.last is not None
    assert executor.last.status["join"] is executor.last.status["send"] is app.Status.PENDING


def test_a_workflow_that_cannot_end_is_refused() -> None:
    with pytest.raises(ValueError, match="the inputs of join, load second, send come from nowhere, or in a circle"):
        app.SyncExecutor().execute(report(), initial_inputs={"first": 1})


@pytest.mark.taskfail(budget=3)
def test_whatever_fails_nothing_runs_on_garbage(executor: app.SyncExecutor) -> None:
    result = executor.execute(report(), initial_inputs={"first": 1, "second": 2})
    check(executor, result)


@pytest.mark.taskfail(budget=3)
def test_on_a_loop_no_sibling_outlives_a_failed_task(async_executor: app.AsyncExecutor) -> None:
    result = async_executor.execute(report(SlowLoad), initial_inputs={"first": 1, "second": 2})
    check(async_executor, result)


@pytest.mark.parametrize("make", [processes], ids=["processes"])
@pytest.mark.taskfail(faults="raise,kill", points="start:*", budget=4)
def test_in_processes(make: Callable[[], Any]) -> None:
    executor = app.ParallelExecutor(make)
    result = executor.execute(without_mail(), initial_inputs={"first": 1, "second": 2})
    assert executor.is_completed() == (result.status is app.Status.COMPLETED)
    assert executor.is_completed() <= (result.output.get("all rows") == [1, 2, 2, 3])


def without_mail() -> app.CompositeTask:
    """What is sent in another process is not seen here."""
    workflow = report()
    del workflow.tasks["send"]
    return workflow


def test_on_dask_a_failed_task_fails_the_workflow() -> None:
    pytest.importorskip("distributed", reason="the package 'distributed' is not installed")
    executor = app.DistributedExecutor()
    result = executor.execute(without_mail(), initial_inputs={"first": 1, "second": -2})
    assert str(result.error) == "load second: there is no source -2"
    assert result.output.get("first rows") == [1, 2]
    assert executor.last is not None
    assert executor.last.status["join"] is app.Status.PENDING
