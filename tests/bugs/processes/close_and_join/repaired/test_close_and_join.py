"""A pool is closed and joined, so that all its tasks are done."""

import multiprocessing

CONTEXT = multiprocessing.get_context("fork")


def clean(room: int) -> int:
    return room


def clean_all(count: int) -> None:
    pool = CONTEXT.Pool(2)
    jobs = [pool.apply_async(clean, (room,)) for room in range(count)]
    try:
        for job in jobs:
            job.get(timeout=0.5)
    finally:
        pool.terminate()
        pool.join()


def test_all_are_clean() -> None:
    clean_all(3)
