"""Plugins are restored in threads; a latch counts them down."""

import threading


class Latch:
    def __init__(self, count):
        self._cond = threading.Condition()
        self._count = count

    def count_down(self):
        with self._cond:
            self._count -= 1
            if self._count == 0:
                self._cond.notify_all()

    def wait(self):
        with self._cond:
            while self._count > 0:
                self._cond.wait()


class Manager:
    def __init__(self, names):
        self._mu = threading.Lock()
        self._names = list(names)
        self.restored = []

    def discover(self, name):
        with self._mu:
            self._names.append(name)

    def _restore_one(self, name, latch):
        self.restored.append(name)
        latch.count_down()

    def restore(self):
        with self._mu:
            names = list(self._names)
        latch = Latch(len(names))
        threads = []
        for name in names:
            t = threading.Thread(target=self._restore_one, args=(name, latch))
            threads.append(t)
            t.start()
        latch.wait()
        for t in threads:
            t.join()


def test_plugin_restore():
    manager = Manager(["volumes"])
    restoring = threading.Thread(target=manager.restore)
    scanning = threading.Thread(target=manager.discover, args=("network",))
    restoring.start()
    scanning.start()
    restoring.join()
    scanning.join()
    assert "volumes" in manager.restored
