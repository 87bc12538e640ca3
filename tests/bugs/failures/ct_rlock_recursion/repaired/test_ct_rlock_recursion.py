"""A directory tree is measured recursively under one RLock, by two tasks at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Disk:
    def size(self, name):
        return len(name)


class Tree:
    def __init__(self, disk, **folders):
        self.disk, self.folders = disk, folders
        self.lock = threading.RLock()
        self.visits = 0

    def measure(self, name):
        with self.lock:
            self.visits += 1
            return self.disk.size(name) + sum(self.measure(child) for child in self.folders.get(name, ()))

    def measure_all(self, names):
        sizes, unreadable = {}, []
        with ThreadPoolExecutor(2, thread_name_prefix="measure") as pool:
            futures = {name: pool.submit(self.measure, name) for name in names}
        for name, future in futures.items():
            if future.exception() is not None:
                unreadable.append(name)
            else:
                sizes[name] = future.result()
        return sizes, unreadable


def test_all_folders_are_measured():
    tree = Tree(Disk(), home=["ann", "bob"], ann=["mail"], var=["log"])
    assert tree.measure_all(["home", "var"]) == ({"home": 14, "var": 6}, [])
    assert tree.visits == 6
