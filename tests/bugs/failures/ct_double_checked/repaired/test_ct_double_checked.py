"""Settings are read on first use: looked at without the lock, then again with it."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Disk:
    def __init__(self):
        self.reads = 0

    def read(self):
        self.reads += 1
        return {"colour": "blue", "size": 12}


class Settings:
    def __init__(self, disk):
        self._disk, self._values = disk, None
        self._lock = threading.Lock()

    def get(self, key):
        if self._values is None:
            with self._lock:
                if self._values is None:
                    self._values = self._disk.read()
        return self._values[key]


def draw(settings, keys):
    with ThreadPoolExecutor(3, thread_name_prefix="draw") as pool:
        futures = [pool.submit(settings.get, key) for key in keys]
    return [future.result() if future.exception() is None else "default" for future in futures]


def test_settings_are_read_once():
    disk = Disk()
    assert draw(Settings(disk), ["colour", "size", "colour"]) == ["blue", 12, "blue"]
    assert disk.reads == 1
