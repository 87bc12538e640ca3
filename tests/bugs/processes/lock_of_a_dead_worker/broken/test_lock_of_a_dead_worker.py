"""Workers enter what they have done under a lock of a Manager; the driver sums up, even where a worker has died."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def weigh(parcel: int) -> int:
    if parcel < 0:
        raise ValueError(parcel)
    return parcel


def enter(lock: Any, weights: Any, parcel: int) -> None:
    with lock:
        weights.append(weigh(parcel))


def sum_up(lock: Any, weights: Any, parcels: list[int]) -> int:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        jobs = [pool.submit(enter, lock, weights, parcel) for parcel in parcels]
    for job in jobs:
        job.exception()
    with lock:
        return sum(weights)


def test_the_sum() -> None:
    with multiprocessing.get_context("fork").Manager() as manager:
        assert sum_up(manager.Lock(), manager.list(), [3, 4]) == 7
