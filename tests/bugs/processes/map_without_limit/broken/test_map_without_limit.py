"""Thumbnails are made by a pool of processes."""

import multiprocessing


def shrink(size: int) -> int:
    return size // 2


def shrink_all(sizes: list[int]) -> list[int]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(shrink, sizes, chunksize=1)


def test_all_are_made() -> None:
    assert shrink_all([8, 6, 4]) == [4, 3, 2]
