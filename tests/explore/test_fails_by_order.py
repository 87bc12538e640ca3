"""A marked test that passes only where its threads begin at once is found; one that fails for another reason is not."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome, Report
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.runtime.reading.sources import Sources


def begins_late() -> bool:
    """Whether a thread has not begun when the one that has started it goes on."""
    lock, begun = threading.Lock(), []

    def work() -> None:
        with lock:
            begun.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    with lock:
        late = not begun
    thread.join()
    return late


def explored(wrong: Callable[[], bool], strict: bool = True) -> Report:
    def scenario() -> Outcome:
        try:
            assert not wrong()
        except AssertionError as error:
            return Outcome(error)
        return Outcome()

    return Explorer(scenario, Sources(os.path.dirname(__file__)), Settings(strict=strict, kinds=frozenset())).explore()


def test_a_test_that_needs_its_thread_to_begin_at_once_is_found() -> None:
    report = explored(begins_late)
    assert [story.finding.law for story in report.stories] == ["strict"]
    assert report.why_not == ""


def test_the_assertions_of_a_test_without_the_marker_are_not_judged() -> None:
    report = explored(begins_late, strict=False)
    assert report.stories == []
    assert report.why_not.startswith("it does not pass under control without any fault (AssertionError")


def test_a_test_that_fails_in_both_orders_is_not_accused() -> None:
    assert explored(lambda: begins_late() or True).stories == []


@pytest.mark.parametrize("fails", [{1}, {1, 3, 5, 7}], ids=["the first time", "every other time"])
def test_a_test_that_fails_for_another_reason_is_not_accused(fails: set[int]) -> None:
    runs = []

    def now_and_then() -> bool:
        runs.append(begins_late())
        return len(runs) in fails

    report = explored(now_and_then)
    assert report.stories == []
    assert report.why_not
