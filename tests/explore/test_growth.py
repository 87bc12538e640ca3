"""Goal: the number of points does not grow with the number of identical tasks, and without reduction each point is tried."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome, Report
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(os.path.dirname(__file__))


def pool_of(tasks: int) -> Callable[[], Outcome]:
    def scenario() -> Outcome:
        lock = threading.Lock()

        def work(number: int) -> int:
            with lock:
                return check(number)

        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(work, number) for number in range(tasks)]
        try:
            for future in futures:
                future.result()
        except Exception as error:
            return Outcome(error)
        return Outcome()

    return scenario


def check(number: int) -> int:
    return number


def points(tasks: int) -> Report:
    return Explorer(pool_of(tasks), FILES, Settings()).list_points()


@pytest.mark.parametrize("tasks", [20, 200, 2000])
def test_identical_tasks_add_no_points(tasks: int) -> None:
    few, many = points(5), points(tasks)
    assert few.points == many.points > 3
    assert many.raw_points * 5 == few.raw_points * tasks


def test_without_reduction_each_fault_is_tried_at_each_point() -> None:
    raises = frozenset({"raise"})
    reduced = Explorer(pool_of(5), FILES, Settings(budget=2, kinds=raises)).explore()
    every = Explorer(pool_of(5), FILES, Settings(budget=2, kinds=raises, reduce=False)).explore()
    assert reduced.swept_points < every.swept_points == every.points == 15
    assert reduced.swept < every.swept
    assert (reduced.stories, every.stories) == ([], [])
