"""A web site keeps the user of the current request in a thread-local context."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

current = threading.local()


class Pages:
    def render(self, path):
        return f"<h1>{path}</h1>"


class Site:
    def __init__(self, pages):
        self.pages = pages
        self.access_log = []  # (path, user)

    def handle(self, path, user):
        if user is not None:
            current.user = user
        self.access_log.append((path, getattr(current, "user", None)))
        body = self.pages.render(path)
        current.user = None
        return body

    def serve(self, requests):
        with ThreadPoolExecutor(1, thread_name_prefix="http") as pool:
            futures = [pool.submit(self.handle, path, user) for path, user in requests.items()]
        return [future.result() if future.exception() is None else "<h1>500</h1>" for future in futures]


@pytest.mark.taskfail
def test_every_request_is_served_as_its_user():
    requests = {"/basket": "ann", "/about": None, "/orders": "bob", "/help": None}
    site = Site(Pages())
    assert len(site.serve(requests)) == 4
    for path, user in site.access_log:
        assert user == requests[path], path
