"""What may come out of a strict test: the fault, or the error of a time limit that the schedule let run out."""

from __future__ import annotations

import queue

import pytest

from pytest_taskfail.explore.strict import surfaces
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Trace

EXPIRED, ORDER = Schedule(((4, "0.1"), (9, "0.1!"))), Schedule(((4, "0.1"),))


class NoAnswer(Exception):
    pass


def no_answer() -> NoAnswer:
    try:
        try:
            raise queue.Empty
        except queue.Empty:
            raise NoAnswer from None
    except NoAnswer as error:
        return error


def failed_assertion() -> AssertionError:
    try:
        try:
            raise queue.Empty
        finally:
            raise AssertionError("not written")
    except AssertionError as error:
        return error


@pytest.mark.parametrize("error", [queue.Empty(), TimeoutError(), no_answer()], ids=lambda error: type(error).__name__)
def test_the_error_of_a_time_limit_surfaces_where_the_schedule_lets_it_run_out(error: BaseException) -> None:
    assert surfaces(error, Trace(), EXPIRED)
    assert not surfaces(error, Trace(), ORDER)
    assert not surfaces(error, Trace())


@pytest.mark.parametrize("error", [ValueError(), NoAnswer(), failed_assertion()], ids=lambda error: type(error).__name__)
def test_nothing_else_does(error: BaseException) -> None:
    assert not surfaces(error, Trace(), EXPIRED)
