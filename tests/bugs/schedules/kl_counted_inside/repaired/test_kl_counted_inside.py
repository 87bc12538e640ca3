"""Squares are computed in threads; a group counts those that are still at work, and is waited for."""

import threading

import pytest


class Group:
    def __init__(self):
        self._changed = threading.Condition()
        self._working = 0

    def add(self):
        with self._changed:
            self._working += 1

    def done(self):
        with self._changed:
            self._working -= 1
            self._changed.notify_all()

    def wait(self):
        with self._changed:
            self._changed.wait_for(lambda: self._working == 0)


def square(group, number, results):
    results.append(number * number)
    group.done()


def squares(numbers):
    group, results = Group(), []
    for number in numbers:
        group.add()
        threading.Thread(target=square, args=(group, number, results)).start()
    group.wait()
    return sorted(results)


@pytest.mark.taskfail
def test_kl_counted_inside():
    assert squares([2, 3]) == [4, 9]
