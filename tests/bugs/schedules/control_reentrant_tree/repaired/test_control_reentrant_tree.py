"""A tree of folders under one reentrant lock."""

import threading


class Tree:
    def __init__(self, children):
        self._mu = threading.RLock()
        self._children = children
        self._sizes = dict.fromkeys(children, 1)

    def grow(self, folder):
        with self._mu:
            self._sizes[folder] += 1
            self.total(folder)

    def total(self, folder):
        with self._mu:
            return self._sizes[folder] + sum(self.total(child) for child in self._children[folder])


def test_control_reentrant_tree():
    tree = Tree({"root": ["src", "doc"], "src": ["lib"], "doc": [], "lib": []})
    threads = [threading.Thread(target=tree.grow, args=(folder,)) for folder in ("root", "lib")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tree.total("root") == 6
