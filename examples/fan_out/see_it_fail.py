"""A sum over many branches is the sum over all of them, or an error; in threads and in processes."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from . import broken as app


def count_words(text: str) -> int:
    """Stands in for the work, which can fail."""
    return len(text.split())


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))


def threads() -> Executor:
    return ThreadPoolExecutor(2)


@pytest.mark.taskfail
@pytest.mark.parametrize("make", [processes, threads])
def test_a_part_is_never_taken_for_the_whole(make: Callable[[], Executor]) -> None:
    with make() as executor:
        assert app.FanOutFanIn(executor).run(count_words, ["a b", "c", "d e f"], sum) == 6
