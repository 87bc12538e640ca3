"""The driver looks at the jobs of a pool again and again, until a deadline."""

import multiprocessing
import time


def double(number: int) -> int:
    return 2 * number


def double_soon(number: int) -> int:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        job = pool.apply_async(double, (number,))
        end = time.monotonic() + 30
        while not job.ready():
            if time.monotonic() > end:
                raise TimeoutError("no answer")
            time.sleep(0.01)
        return job.get()


def test_double_soon() -> None:
    assert double_soon(4) == 8
