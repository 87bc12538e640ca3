"""A task loads the data and says so by an event of a Manager; another one uses them."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


class NotLoaded(Exception):
    pass


def load(ready: Any, data: Any) -> None:
    data.extend([1, 2, 3])
    ready.set()


def use(ready: Any, data: Any) -> int:
    if not ready.wait(0.5):
        raise NotLoaded
    return sum(data)


def test_data_are_used() -> None:
    with CONTEXT.Manager() as manager, ProcessPoolExecutor(2, mp_context=CONTEXT) as pool:
        ready, data = manager.Event(), manager.list()
        jobs = [pool.submit(use, ready, data), pool.submit(load, ready, data)]
        assert jobs[0].exception() is None
