"""An installed package runs a batch in a worker process, and calls the program's own function there."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import batches

CONTEXT = multiprocessing.get_context("spawn")


def weigh(parcel: int) -> int:
    return parcel


def weigh_all(count: int) -> None:
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        pool.submit(batches.run, weigh, list(range(count))).result()


def test_all_are_weighed() -> None:
    weigh_all(1)
