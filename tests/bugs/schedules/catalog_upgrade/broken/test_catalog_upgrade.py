"""A catalogue whose readers turn into writers when an entry is missing."""

import threading


class UpgradableLock:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writing = False

    def acquire_read(self):
        with self._cond:
            while self._writing:
                self._cond.wait()
            self._readers += 1

    def upgrade(self):
        with self._cond:
            while self._readers > 1:
                self._cond.wait()
            self._readers -= 1
            self._writing = True

    def release_write(self):
        with self._cond:
            self._writing = False
            self._cond.notify_all()


class Catalog:
    def __init__(self):
        self._lock = UpgradableLock()
        self._numbers = {}

    def number_of(self, title, numbers):
        self._lock.acquire_read()
        self._lock.upgrade()
        numbers.append(self._numbers.setdefault(title, len(self._numbers) + 1))
        self._lock.release_write()


def test_catalog_upgrade():
    catalog = Catalog()
    numbers = []
    clerks = [threading.Thread(target=catalog.number_of, args=("Emma", numbers)) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert numbers == [1, 1]
