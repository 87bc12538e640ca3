"""A restaurant writes a protocol of all orders with a small context manager."""

from concurrent.futures import ThreadPoolExecutor


class Protocol:
    def __init__(self):
        self.lines = []


class Noted:
    def __init__(self, protocol, dish):
        self.protocol, self.dish = protocol, dish

    def __enter__(self):
        self.protocol.lines.append(self.dish + ": begun")

    def __exit__(self, kind, error, traceback):
        self.protocol.lines.append(self.dish + ": " + (repr(error) if error else "served"))


class Kitchen:
    def cook(self, dish):
        return f"hot {dish}"


class Restaurant:
    def __init__(self, kitchen):
        self.kitchen, self.protocol = kitchen, Protocol()

    def order(self, dish):
        with Noted(self.protocol, dish):
            return self.kitchen.cook(dish)

    def serve(self, dishes):
        with ThreadPoolExecutor(2, thread_name_prefix="waiter") as pool:
            futures = [pool.submit(self.order, dish) for dish in dishes]
        return [future.result() if future.exception() is None else "sorry" for future in futures]


def test_everything_is_served():
    restaurant = Restaurant(Kitchen())
    assert restaurant.serve(["soup", "pie"]) == ["hot soup", "hot pie"]
    assert sorted(restaurant.protocol.lines) == ["pie: begun", "pie: served", "soup: begun", "soup: served"]
