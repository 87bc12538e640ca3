"""Squares from a pool, each waited for with a time limit."""

import multiprocessing


def square(number: int) -> int:
    return number * number


def squares(numbers: list[int]) -> list[int]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map_async(square, numbers, chunksize=1).get(timeout=0.5)


def test_squares() -> None:
    assert squares([1, 2, 3]) == [1, 4, 9]
