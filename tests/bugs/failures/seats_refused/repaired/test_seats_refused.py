"""Seats for a group are reserved side by side; if one is refused, or its answer is lost, the others are given back."""

from concurrent.futures import ThreadPoolExecutor

import pytest


class Taken(Exception):
    pass


class Hall:
    def __init__(self):
        self.reserved = []

    def reserve(self, seat):
        if seat in self.reserved:
            raise Taken(seat)
        self.reserved.append(seat)
        return seat

    def free(self, seat):
        if seat in self.reserved:
            self.reserved.remove(seat)


def reserve(hall, seat):
    return hall.reserve(seat)


def reserve_all(hall, seats):
    with ThreadPoolExecutor(2) as pool:
        tasks = {seat: pool.submit(reserve, hall, seat) for seat in seats}
    failed = {seat: task.exception() for seat, task in tasks.items() if task.exception()}
    if not failed:
        return seats
    for seat in seats:
        if not isinstance(failed.get(seat), Taken):
            hall.free(seat)
    raise next(iter(failed.values()))


@pytest.mark.taskfail
def test_reserve_all():
    hall = Hall()
    try:
        assert reserve_all(hall, ["a1", "a2"]) == ["a1", "a2"]
    except BaseException:
        assert hall.reserved == []
        raise
    assert sorted(hall.reserved) == ["a1", "a2"]
