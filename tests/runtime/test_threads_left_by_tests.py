"""Threads that are alive after a test: whose untidiness it is, and what is said of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

EVERY: list[Any] = []
"""What somebody else than the test refers to."""


class Service:
    """Has a thread until it is told to stop."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self.threads = {"worker": threading.Thread(target=self.told.wait, daemon=True)}

    def start(self) -> Service:
        self.threads["worker"].start()
        return self

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *error: object) -> None:
        """The mistake: nothing is stopped."""


def left_before_its_last_line() -> None:
    service = Service().start()
    if service.told is not None:
        raise ValueError("before the line that stops it")
    service.told.set()


def left_inside_of_raises() -> None:
    service = Service().start()
    with pytest.raises(KeyError):
        raise ValueError("not what was expected")
    service.told.set()


def left_out_of_its_with() -> None:
    with Service() as service:
        raise ValueError(str(service))


def left_out_of_the_with_of_a_variable() -> None:
    service = Service()
    with service:
        raise ValueError(str(service))


def left_out_of_a_try() -> None:
    service = Service().start()
    try:
        raise ValueError("the test has done what it could")
    finally:
        service.__exit__()


def left_with_a_global() -> None:
    EVERY.append(Service().start())
    raise ValueError("before the line that stops it")


def left_without_a_reference() -> None:
    begin()
    raise ValueError("the test does not know the service")


def begin() -> None:
    EVERY.append(Service().start())


def came_to_its_end() -> None:
    service = Service().start()
    assert service.threads


@pytest.mark.parametrize(
    ("test", "is_untidy"),
    [
        (left_before_its_last_line, True),
        (left_inside_of_raises, True),
        (left_out_of_its_with, False),
        (left_out_of_the_with_of_a_variable, False),
        (left_out_of_a_try, False),
        (left_with_a_global, True),
        (left_without_a_reference, False),
        (came_to_its_end, False),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_test_is_untidy_where_a_later_line_may_have_ended_the_thread(
    control: Any, test: Callable[[], None], is_untidy: bool
) -> None:
    run = control(test)
    EVERY.clear()
    assert [(alive.task, alive.by_test) for alive in run.trace.alive] == [("wait#0", is_untidy)]


def test_an_idle_worker_of_a_pool_waits_for_another_task(control: Any) -> None:
    def body() -> None:
        EVERY.append(ThreadPoolExecutor(1))
        assert EVERY[0].submit(len, "").result() == 0

    run = control(body)
    EVERY.clear()
    (alive,) = run.trace.alive
    assert (alive.what, alive.place.file) == ("waits for another task of its pool", "")
