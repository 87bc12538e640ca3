"""Branches report their figures; a latch tells when all of them have."""

import threading

import pytest


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


class Ledger:
    def __init__(self):
        self._mu = threading.Lock()
        self._rows = []

    def add(self, row):
        with self._mu:
            self._rows.append(row)

    def rows(self):
        with self._mu:
            return sorted(self._rows)


def report(branch, ledger, latch):
    latch.count_down()
    ledger.add(branch)


@pytest.mark.taskfail
def test_latch_early():
    ledger, latch = Ledger(), Latch(2)
    branches = [threading.Thread(target=report, args=(name, ledger, latch)) for name in ("Bern", "Oslo")]
    for branch in branches:
        branch.start()
    latch.wait()
    rows = ledger.rows()
    for branch in branches:
        branch.join()
    assert rows == ["Bern", "Oslo"]
