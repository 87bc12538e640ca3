"""A client registers itself with its server once, on first use; concurrent first users wait for that."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Registry:
    def __init__(self):
        self.names = []

    def register(self, name):
        self.names.append(name)
        return f"token-{len(self.names)}"


class Client:
    def __init__(self, registry):
        self.registry = registry
        self.changed = threading.Condition()
        self.state, self.value = "new", None

    def token(self):
        with self.changed:
            while self.state == "busy":
                self.changed.wait()
            if self.state == "ready":
                return self.value
            self.state = "busy"
        try:
            self.value = self.registry.register("client")
        finally:
            with self.changed:
                self.state = "new" if self.value is None else "ready"
                self.changed.notify_all()
        return self.value


def request_all(client, count):
    with ThreadPoolExecutor(count, thread_name_prefix="request") as pool:
        futures = [pool.submit(client.token) for _ in range(count)]
    return [future.result() if future.exception() is None else None for future in futures]


def test_one_token_for_all():
    registry = Registry()
    assert request_all(Client(registry), 3) == ["token-1"] * 3
    assert registry.names == ["client"]
