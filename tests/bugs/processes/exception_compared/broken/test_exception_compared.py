"""The driver reports the tasks of a pool that failed."""

import multiprocessing
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait

import pytest

CONTEXT = multiprocessing.get_context("fork")


def index(number: int) -> int:
    return number


def index_all(count: int) -> list[int]:
    with ProcessPoolExecutor(2, mp_context=CONTEXT) as pool:
        jobs = [pool.submit(index, number) for number in range(count)]
        done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
    return [job.result() for job in jobs if job in done and not job.exception()]


@pytest.mark.taskfail
def test_all_are_indexed() -> None:
    assert index_all(3) == [0, 1, 2]
