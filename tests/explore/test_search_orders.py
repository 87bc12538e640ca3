"""Goal: what each search order promises, asserted both ways on planted bugs.

A bug of depth d needs d ordering constraints between steps of two threads. PCT hits it in one run with a
probability of at least 1 / (n * k ** (d - 1)), so not once in `PATIENCE` times as many runs is next to impossible; a random walk
needs some `2 ** (2 * STEPS)` runs. The bounded search finds all of them, as they need no more than two preemptions.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from pytest_taskfail.explore import random_orders, schedules
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.runner import Runner
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime.reading.sources import Sources

STEPS = {1: 30, 2: 30, 3: 12}
"""Steps of a thread, by depth."""

PATIENCE = 6
"""exp(-6): the chance that PCT misses what it hits on average once in its guarantee, in this many times as many runs."""


class Wrong(Exception):
    """The planted order has occurred."""


def program(depth: int) -> Callable[[], Outcome]:
    """Two threads of equal length; wrong is one order: b all before a, all in the middle of a, or the halves in turns."""
    steps = STEPS[depth]
    half = steps // 2
    wanted = {1: [("b", steps), ("a", steps)], 2: [("a", half), ("b", steps), ("a", half)], 3: [("a", half), ("b", half)] * 2}
    wrong = [name for name, times in wanted[depth] for _ in range(times)]

    def scenario() -> Outcome:
        lock, order = threading.Lock(), []

        def work(name: str) -> None:
            for _ in range(steps):
                with lock:
                    order.append(name)

        threads = [threading.Thread(target=work, args=name) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Outcome(Wrong() if order == wrong else None)

    return scenario


def pct(choices: int, depth: int, seed: int) -> Iterator[random_orders.Picker]:
    for number in itertools.count():
        yield random_orders.by_priority(random.Random(f"{seed} {number}"), choices, depth)


def walk(seed: int) -> Iterator[random_orders.Picker]:
    for number in itertools.count():
        yield random_orders.evenly(random.Random(f"{seed} {number}"))


@pytest.fixture
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    with under_control(30.0):
        yield Runner(program(request.param), Sources(os.path.dirname(__file__)), Settings())


def runs_until_wrong(runner: Runner, pickers: Iterator[random_orders.Picker], limit: int) -> int:
    """The number of runs up to the planted bug; 0 if it was not met."""
    for number, picker in enumerate(itertools.islice(pickers, limit)):
        if runner.run(Plan(), Schedule(), probe=False, picker=picker)[1].error is not None:
            return number + 1
    return 0


@pytest.mark.parametrize(("runner", "depth"), [(1, 1), (2, 2), (3, 3)], indirect=["runner"])
def test_pct_hits_within_its_guarantee_what_a_random_walk_misses(runner: Runner, depth: int) -> None:
    golden, _, _ = runner.run(Plan(), Schedule(), probe=False)
    n, k = random_orders.threads_in(golden.choices), len(golden.choices)
    needed = runs_until_wrong(runner, pct(k, depth, seed=1), limit=PATIENCE * n * k ** (depth - 1))
    assert needed
    assert not runs_until_wrong(runner, walk(seed=1), limit=needed)


@pytest.mark.parametrize("runner", [1, 2, 3], indirect=True)
def test_the_bounded_search_finds_each_planted_bug(runner: Runner) -> None:
    golden, _, _ = runner.run(Plan(), Schedule(), probe=False)
    search = schedules.Search(golden.choices)
    for schedule in search:
        trace, outcome, _ = runner.run(Plan(), schedule, probe=False)
        if outcome.error is not None:
            return
        search.learn(schedule, trace.choices)
    pytest.fail(f"missed; exhausted: {search.exhausted}")
