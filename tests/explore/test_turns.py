"""Goal: neither the bounded search nor random orders keep the other waiting, and what the certificate says stays true.

The planted bug needs three interruptions: the bounded search, which tries two, never finds it, and a random one soon does.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from pytest_taskfail.explore import schedules, turns
from pytest_taskfail.explore.results import Outcome, Scenario
from pytest_taskfail.explore.runner import Runner
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime.reading.sources import Sources

RUNS_MAX = 100
"""Ample for a random order; the bounded search has tried some three hundred when it gives up."""


class Wrong(Exception):
    """The planted order has occurred."""


def in_turns(steps: int, turns_wrong: int, names: str = "ab") -> Scenario:
    """Two threads of so many steps; wrong if they take so many turns."""

    def scenario() -> Outcome:
        lock, order = threading.Lock(), []

        def work(name: str) -> None:
            for _ in range(steps):
                with lock:
                    order.append(name)

        threads = [threading.Thread(target=work, args=name) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = len([name for name, _ in itertools.groupby(order)])
        return Outcome(Wrong() if taken >= turns_wrong else None)

    return scenario


class Counted(Runner):
    """Keeps what was run: deviations of the bounded search, and for random orders those that came of it."""

    def __init__(self, scenario: Scenario, limit: float = math.inf, seed: int = 0) -> None:
        super().__init__(scenario, Sources(os.path.dirname(__file__)), Settings(strict=True, seed=seed))
        self.limit = limit
        self.bounded: list[Schedule] = []
        self.held_up: list[Schedule] = []
        self.all: list[tuple[str, ...]] = []

    def run(self, plan: Plan, schedule: Schedule, **options: object) -> object:  # type: ignore[override]
        ran = super().run(plan, schedule, **options)  # type: ignore[arg-type]
        self.all.append(tuple(choice.chosen for choice in ran[0].choices))
        if any("+" in thread for _, thread in schedule.deviations):
            self.held_up.append(schedule)
        elif schedule:
            self.bounded.append(schedule)
        return ran

    def search(self) -> None:
        golden, _, _ = super().run(Plan(), Schedule(), probe=False)
        self.report.golden = golden
        turns.search(self, golden, self.limit)


@pytest.fixture
def searched() -> Iterator[Callable[..., Counted]]:
    with under_control(30.0):

        def search(scenario: Scenario, **options: object) -> Counted:
            runner = Counted(scenario, **options)  # type: ignore[arg-type]
            runner.search()
            return runner

        yield search


def bounded_alone(scenario: Scenario) -> tuple[list[Schedule], bool]:
    """All that the bounded search tries, and whether any of it is wrong."""
    runner, tried, wrong = Runner(scenario, Sources(os.path.dirname(__file__)), Settings()), [], False
    search = schedules.Search(runner.run(Plan(), Schedule(), probe=False)[0].choices)
    for schedule in search:
        trace, outcome, _ = runner.run(Plan(), schedule, probe=False)
        search.learn(schedule, trace.choices)
        tried.append(schedule)
        wrong = wrong or outcome.error is not None
    return tried, wrong


def test_a_deep_bug_is_found_before_the_bounded_search_is_through(searched: Callable[..., Counted]) -> None:
    deep = in_turns(steps=6, turns_wrong=8)
    tried, found_by_bounded = bounded_alone(deep)
    runner = searched(deep)
    assert not found_by_bounded
    assert runner.report.stories
    assert len(runner.all) < RUNS_MAX < len(tried)


def test_a_shallow_bug_is_told_with_the_few_deviations_of_the_bounded_search(searched: Callable[..., Counted]) -> None:
    runner = searched(in_turns(steps=3, turns_wrong=3))
    assert len(runner.report.stories[0].schedule.deviations) == 1
    assert runner.report.random_orders == 0


def test_between_random_orders_the_bounded_search_tries_what_it_tries_alone(searched: Callable[..., Counted]) -> None:
    right = in_turns(steps=3, turns_wrong=99)
    tried, _ = bounded_alone(right)
    runner = searched(right)
    assert runner.bounded == tried
    assert runner.report.schedules_exhausted
    assert runner.report.schedules == len(tried)
    assert runner.report.random_orders == max(len(tried), turns.RANDOM_MIN)


def told_too_early() -> Outcome:
    """A thread does something after it has told that it is done; wrong if that is seen."""
    told, done, seen = threading.Event(), [], []

    def work() -> None:
        told.set()
        done.append(1)

    def look() -> None:
        told.wait()
        seen.extend(done or [0])

    threads = [threading.Thread(target=target) for target in (look, work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(Wrong() if seen == [0] else None)


def test_a_thread_is_held_up_after_a_signal_once_all_else_is_tried(searched: Callable[..., Counted]) -> None:
    _, found_by_bounded = bounded_alone(told_too_early)
    runner = searched(told_too_early)
    assert not found_by_bounded
    (story,) = runner.report.stories
    assert story.schedule == runner.held_up[-1]
    assert len(story.schedule.deviations) == 1
    assert runner.report.pauses == len(runner.held_up) < 10
    (held_up,) = [event for event in story.trace.events if event.kind == "held up"]
    assert (held_up.task, held_up.place.function.rpartition(".")[2]) == ("work#0", "work")


def test_of_many_runs_only_each_third_one_holds_a_thread_up(searched: Callable[..., Counted]) -> None:
    runner = searched(in_turns(steps=6, turns_wrong=8))
    rest = len(runner.bounded) + runner.report.random_orders - turns.PAUSES_FROM
    assert len(runner.held_up) <= max(0, rest) / (turns.PAUSES_EVERY - 1) + 1


def test_where_all_orders_are_tried_random_ones_stop(searched: Callable[..., Counted]) -> None:
    runner = searched(in_turns(steps=0, turns_wrong=99, names="a"))
    assert runner.report.schedules_exhausted
    assert runner.report.random_orders < runner.report.schedules


def test_without_time_nothing_is_said_to_be_complete(searched: Callable[..., Counted]) -> None:
    runner = searched(in_turns(steps=3, turns_wrong=99), limit=-math.inf)
    assert (runner.report.schedules, runner.report.random_orders) == (0, 0)
    assert (runner.report.schedules_exhausted, runner.report.deviations_complete) == (False, 0)


def test_the_same_seed_gives_the_same_runs_in_the_same_sequence(searched: Callable[..., Counted]) -> None:
    deep = in_turns(steps=6, turns_wrong=8)
    once, again, other = (searched(deep, seed=seed).all for seed in (3, 3, 4))
    assert once == again
    assert once != other
