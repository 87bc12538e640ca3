"""A theatre sells seats in parallel: a seat is taken off the plan first, then paid for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Till:
    def charge(self, guest, cents):
        return f"{guest} paid {cents}"


class Theatre:
    def __init__(self, till, seats):
        self.till = till
        self.lock = threading.Lock()
        self.free, self.sold = list(seats), {}

    def sell(self, guest):
        with self.lock:
            seat = self.free.pop(0)
        receipt = self.till.charge(guest, 2500)
        with self.lock:
            self.sold[seat] = receipt
        return seat

    def sell_all(self, guests):
        with ThreadPoolExecutor(3, thread_name_prefix="till") as pool:
            futures = {guest: pool.submit(self.sell, guest) for guest in guests}
        return {guest: future.result() for guest, future in futures.items()}


@pytest.mark.taskfail
def test_every_seat_is_either_sold_or_free():
    theatre = Theatre(Till(), ["A1", "A2", "A3", "B1"])
    try:
        assert sorted(theatre.sell_all(["ann", "bob", "eve"]).values()) == ["A1", "A2", "A3"]
    finally:
        assert sorted([*theatre.free, *theatre.sold]) == ["A1", "A2", "A3", "B1"]
