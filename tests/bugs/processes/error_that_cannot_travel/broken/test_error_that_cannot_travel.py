"""Samples are measured by a pool of processes."""

import multiprocessing


class OutOfRange(Exception):
    def __init__(self, sample: int, limit: int) -> None:
        super().__init__(f"{sample} is above {limit}")


def measure(sample: int) -> int:
    if sample > 100:
        raise OutOfRange(sample, 100)
    return sample


def measure_all(samples: list[int]) -> list[int]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(measure, samples)


def test_all_are_measured() -> None:
    assert measure_all([1, 2, 3]) == [1, 2, 3]
