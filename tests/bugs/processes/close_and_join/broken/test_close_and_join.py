"""A pool is closed and joined, so that all its tasks are done."""

import multiprocessing

CONTEXT = multiprocessing.get_context("fork")


def clean(room: int) -> int:
    return room


def clean_all(count: int) -> None:
    pool = CONTEXT.Pool(2)
    for room in range(count):
        pool.apply_async(clean, (room,))
    pool.close()
    pool.join()


def test_all_are_clean() -> None:
    clean_all(3)
