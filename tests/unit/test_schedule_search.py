"""The search over schedules: each is tried once, none within the bound is left out, and none beyond it is tried."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from pytest_taskfail.explore.schedules import Search
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Choice


def run(threads: tuple[int, ...], deviations: Mapping[int, str] = {}, blocks: int = 0) -> tuple[Choice, ...]:
    """A made-up program: thread n takes `threads[n]` steps; every `blocks`-th step of it ends with a block."""
    left = {str(n): steps for n, steps in enumerate(threads)}
    current, choices, steps = "0", [], 0
    while any(left.values()):
        able = [name for name in left if left[name]]
        preempts = bool(left[current]) and not (blocks and steps % blocks == blocks - 1)
        options = [current, *(name for name in able if name != current)] if preempts else able
        if len(options) > 1:
            chosen = deviations.get(len(choices), options[0])
            assert chosen in options
            choices.append(Choice(tuple(options), chosen, preempts))
        else:
            chosen = options[0]
        current = chosen
        left[current] -= 1
        steps += 1
    return tuple(choices)


def walk(threads: tuple[int, ...], bound: int, blocks: int = 0) -> tuple[list[Schedule], Search]:
    search = Search(run(threads, {}, blocks), bound)
    tried = []
    for schedule in search:
        tried.append(schedule)
        search.learn(schedule, run(threads, dict(schedule.deviations), blocks))
    return tried, search


def preemptions(choices: tuple[Choice, ...]) -> int:
    return sum(choice.preempts and choice.chosen != choice.options[0] for choice in choices)


def all_runs(threads: tuple[int, ...], blocks: int = 0) -> set[tuple[Choice, ...]]:
    """By brute force: every way to choose."""
    found, todo = set(), [()]  # type: ignore[var-annotated]
    while todo:
        prefix = todo.pop()
        choices = run(threads, dict(enumerate(prefix)), blocks)
        found.add(choices)
        for n in range(len(prefix), len(choices)):
            before = tuple(choice.chosen for choice in choices[:n])
            todo += [(*before, option) for option in choices[n].options if option != choices[n].chosen]
    return found


SHAPES = list(itertools.product([(1, 1), (2, 2), (3, 2), (2, 2, 2), (3, 1, 2)], [0, 2, 3]))


@pytest.mark.parametrize(("threads", "blocks"), SHAPES)
@pytest.mark.parametrize("bound", [0, 1, 2, 99])
def test_every_schedule_within_the_bound_is_tried_once(threads: tuple[int, ...], blocks: int, bound: int) -> None:
    tried, search = walk(threads, bound, blocks)
    runs = [run(threads, dict(schedule.deviations), blocks) for schedule in tried] + [run(threads, {}, blocks)]
    assert len(set(runs)) == len(runs)
    assert set(runs) == {choices for choices in all_runs(threads, blocks) if preemptions(choices) <= bound}
    assert search.exhausted


@pytest.mark.parametrize(("threads", "blocks"), SHAPES)
def test_the_bound_is_on_preemptions(threads: tuple[int, ...], blocks: int) -> None:
    tried, _ = walk(threads, 1, blocks)
    assert all(preemptions(run(threads, dict(schedule.deviations), blocks)) <= 1 for schedule in tried)


def test_few_deviations_come_first() -> None:
    lengths = [len(schedule.deviations) for schedule in walk((3, 3), 2)[0]]
    assert lengths == sorted(lengths)
    assert max(lengths) >= 2


def test_how_far_the_search_has_come() -> None:
    search = Search(run((2, 2)), 2)
    assert (search.exhausted, search.deviations_complete) == (False, 0)
    iterator = iter(search)
    for schedule in iterator:
        if len(schedule.deviations) == 2:
            break
        search.learn(schedule, run((2, 2), dict(schedule.deviations)))
    assert (search.exhausted, search.deviations_complete) == (False, 1)


def test_a_program_without_choices_has_one_schedule() -> None:
    tried, search = walk((5,), 2)
    assert tried == []
    assert search.exhausted
