"""Threads that wait for each other's locks when the test has ended are seen; who uses a lock as a signal is no circle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest


def crosswise(ends: threading.Event) -> list[Callable[[], Any]]:
    """Two functions that take two locks in opposite orders."""
    left, right, half = threading.Lock(), threading.Lock(), threading.Barrier(2)

    def take(first: Any, second: Any) -> None:
        with first:
            half.wait()
            with second:
                ends.set()

    return [lambda: take(left, right), lambda: take(right, left)]


def again_by_with(ends: threading.Event) -> list[Callable[[], Any]]:
    """A function that takes a lock again that it has taken by `with`."""
    lock = threading.Lock()

    def take() -> None:
        with lock, lock:
            ends.set()

    return [take]


def again_as_signal(ends: threading.Event) -> list[Callable[[], Any]]:
    """A function that waits until somebody else gives back the lock that it has taken."""
    lock = threading.Lock()

    def take() -> None:
        lock.acquire()
        lock.acquire()
        ends.set()

    return [take]


def behind_one_that_waits(ends: threading.Event) -> list[Callable[[], Any]]:
    """A function that waits for an event with a lock held, and one that waits for the lock."""
    lock, half = threading.Lock(), threading.Event()

    def hold() -> None:
        with lock:
            half.set()
            ends.wait()

    def take() -> None:
        half.wait()
        with lock:
            pass

    return [hold, take]


@pytest.mark.parametrize(
    ("make", "threads"), [(crosswise, 2), (again_by_with, 1), (again_as_signal, 0), (behind_one_that_waits, 0)]
)
def test_who_waits_in_a_circle_of_locks(control: Any, make: Callable[..., Any], threads: int) -> None:
    def body() -> None:
        started = [threading.Thread(target=target, daemon=True) for target in make(threading.Event())]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(timeout=1)

    run = control(body)
    assert run.error is None
    assert run.trace.stopped == ""
    assert len(run.trace.alive) >= 1
    assert len(run.trace.waits) == threads


def test_who_waits_with_a_time_limit_is_in_no_circle(control: Any) -> None:
    def body() -> None:
        left, right, half = threading.Lock(), threading.Lock(), threading.Barrier(2)

        def take(first: Any, second: Any) -> None:
            with first:
                half.wait()
                if second.acquire(timeout=300):
                    second.release()

        pairs = [(left, right), (right, left)]
        started = [threading.Thread(target=take, args=pair, daemon=True) for pair in pairs]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(timeout=1)

    run = control(body)
    assert run.error is None
    assert run.trace.waits == ()
