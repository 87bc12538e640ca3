"""Thumbnails are made by a pool of processes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def shrink(size: int) -> int:
    return size // 2


def shrink_all(sizes: list[int]) -> list[int]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(shrink, sizes))


def test_all_are_made() -> None:
    assert shrink_all([8, 6, 4]) == [4, 3, 2]
