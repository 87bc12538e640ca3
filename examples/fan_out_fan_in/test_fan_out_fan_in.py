"""A sum over many branches is the sum over all of them, or an error; in threads and in processes."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise, TaskFail

from . import app

TEXTS = ["a b", "c", "d e f"]


@pytest.fixture(params=[app.FanOutFanIn])
def fan(request: pytest.FixtureRequest) -> type[app.FanOutFanIn]:
    """The class under test."""
    return request.param  # type: ignore[no-any-return]


def count_words(text: str) -> int:
    """Stands in for the work, which can fail."""
    return len(text.split())


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))


def threads() -> Executor:
    return ThreadPoolExecutor(2)


@pytest.mark.taskfail(budget=3)
@pytest.mark.parametrize("make", [threads, processes])
def test_a_part_is_never_taken_for_the_whole(fan: type[app.FanOutFanIn], make: Callable[[], Executor]) -> None:
    with make() as executor:
        assert fan(executor).run(count_words, TEXTS, sum) == 6


@pytest.mark.taskfail(budget=2)
def test_each_item_has_its_own_outcome(fan: type[app.FanOutFanIn]) -> None:
    with threads() as executor:
        outcomes = fan(executor).collect(count_words, TEXTS)
    for text, outcome in zip(TEXTS, outcomes, strict=True):
        assert outcome.error is not None or outcome.result == len(text.split())


def test_what_has_not_begun_does_not_begin_after_a_failure(fan: type[app.FanOutFanIn], taskfail: TaskFail) -> None:
    taskfail.inject(Raise(ConnectionError), at="start:count_words#0")
    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(app.BranchFailed):
            fan(executor).run(count_words, TEXTS * 3, sum)
    taskfail.assert_cancelled("count_words")
