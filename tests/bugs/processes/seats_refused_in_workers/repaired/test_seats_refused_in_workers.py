"""Seats for a group are reserved in processes; if one is refused, or its answer is lost, the others are given back."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

CONTEXT = multiprocessing.get_context("fork")


class Taken(Exception):
    pass


class Hall:
    def __init__(self, reserved: Any) -> None:
        self.reserved = reserved

    def reserve(self, seat: str) -> str:
        if seat in self.reserved:
            raise Taken(seat)
        self.reserved.append(seat)
        return seat

    def free(self, seat: str) -> None:
        if seat in self.reserved:
            self.reserved.remove(seat)


def reserve(hall: Hall, seat: str) -> str:
    return hall.reserve(seat)


def reserve_all(hall: Hall, seats: list[str]) -> list[str]:
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        jobs = {seat: pool.submit(reserve, hall, seat) for seat in seats}
    failed = {seat: error for seat, job in jobs.items() if (error := job.exception())}
    if not failed:
        return seats
    for seat in seats:
        if not isinstance(failed.get(seat), Taken):
            hall.free(seat)
    raise next(iter(failed.values()))


@pytest.mark.taskfail(points="call:Hall.reserve in reserve#0", budget=3)
def test_reserve_all() -> None:
    with CONTEXT.Manager() as manager:
        hall = Hall(manager.list())
        try:
            assert reserve_all(hall, ["a1", "a2"]) == ["a1", "a2"]
        except BaseException:
            assert list(hall.reserved) == []
            raise
        assert sorted(hall.reserved) == ["a1", "a2"]
