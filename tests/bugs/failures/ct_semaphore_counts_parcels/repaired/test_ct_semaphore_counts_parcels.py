"""A conveyor belt: a semaphore counts the parcels; loaders only release it, unloaders only acquire it."""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor


class Scale:
    def weigh(self, parcel):
        return len(parcel)


class Belt:
    def __init__(self, scale):
        self.scale = scale
        self.parcels = threading.Semaphore(0)
        self.belt, self.van = deque(), []

    def load(self, parcel):
        self.belt.append((parcel, self.scale.weigh(parcel)))
        self.parcels.release()

    def unload(self, loads):
        while True:
            finished = all(load.done() for load in loads)
            if self.parcels.acquire(timeout=0.005):
                self.van.append(self.belt.popleft())
            elif finished:
                return

    def run(self, parcels):
        with ThreadPoolExecutor(4, thread_name_prefix="belt") as pool:
            loads = [pool.submit(self.load, parcel) for parcel in parcels]
            unloads = [pool.submit(self.unload, loads) for _ in range(2)]
        return [error for future in loads + unloads if (error := future.exception()) is not None]


def test_all_parcels_are_in_the_van():
    belt = Belt(Scale())
    assert belt.run(["book", "shoes", "tea", "lamp"]) == []
    assert sorted(belt.van) == [("book", 4), ("lamp", 4), ("shoes", 5), ("tea", 3)]
