"""A bakery: the counter waits for loaves on a condition, in a loop with a timeout that looks at the bakers."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Oven:
    def bake(self, loaf):
        return f"warm {loaf}"


class Bakery:
    def __init__(self, oven):
        self.oven = oven
        self.changed = threading.Condition()
        self.loaves = []

    def bake(self, loaf):
        warm = self.oven.bake(loaf)
        with self.changed:
            self.loaves.append(warm)
            self.changed.notify_all()

    def run(self, orders):
        with ThreadPoolExecutor(2, thread_name_prefix="baker") as pool:
            futures = [pool.submit(self.bake, loaf) for loaf in orders]
            with self.changed:
                while not self.changed.wait_for(lambda: len(self.loaves) == len(orders), timeout=0.01):
                    if all(future.done() for future in futures):
                        break
        return [error for future in futures if (error := future.exception()) is not None]


def test_all_loaves_are_baked():
    bakery = Bakery(Oven())
    assert bakery.run(["rye", "spelt", "wheat"]) == []
    assert sorted(bakery.loaves) == ["warm rye", "warm spelt", "warm wheat"]
