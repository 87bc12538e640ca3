"""Locks made at import, one at module level and one in a class body, are shared by everything in the process."""

import threading
from concurrent.futures import ThreadPoolExecutor

BUS = threading.Lock()


class Meter:
    def read(self, address):
        return address * 10


class Station:
    totals_lock = threading.Lock()

    def __init__(self, meter):
        self.meter, self.total = meter, 0

    def add(self, address):
        with BUS:
            value = self.meter.read(address)
            with self.totals_lock:
                self.total += value

    def add_all(self, addresses):
        with ThreadPoolExecutor(3, thread_name_prefix="meter") as pool:
            futures = [pool.submit(self.add, address) for address in addresses]
        return [error for future in futures if (error := future.exception()) is not None]


def test_the_total_is_that_of_all_meters():
    station = Station(Meter())
    assert station.add_all([1, 2, 3, 4]) == []
    assert station.total == 100
