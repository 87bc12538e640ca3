"""One pool serves all tests of a module."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

POOL = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))


def fetch(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return number


def test_first() -> None:
    job = POOL.submit(fetch, 1)
    assert job.exception() is not None or job.result() == 1
