"""A result from a pool is waited for, at most a minute."""

import multiprocessing


def double(number: int) -> int:
    return 2 * number


def test_double() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(double, (4,)).get(timeout=60) == 8
