"""Photos are uploaded in the background; a semaphore limits how many use the uplink at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Store:
    def __init__(self):
        self.photos = {}

    def put(self, name, content):
        self.photos[name] = content
        return len(content)


class Uploader:
    def __init__(self, store):
        self.store = store
        self.uplink = threading.BoundedSemaphore(3)
        self.failed = []

    def upload(self, name):
        with self.uplink:
            return self.store.put(name, b"x" * len(name))

    def upload_all(self, names):
        total = 0
        with ThreadPoolExecutor(3, thread_name_prefix="upload") as pool:
            futures = {name: pool.submit(self.upload, name) for name in names}
        for name, future in futures.items():
            if future.exception() is not None:
                self.failed.append(name)
            else:
                total += future.result()
        return total


def test_all_photos_are_uploaded():
    uploader = Uploader(Store())
    assert uploader.upload_all(["tree", "lake", "sky"]) == 11
    assert uploader.failed == []
