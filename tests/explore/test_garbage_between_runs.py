"""Garbage is collected between experiments, where there is much of it, and never inside of one."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.explore import runner
from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime.reading.sources import Sources


class Knot:
    """Ends only when garbage is collected."""

    def __init__(self) -> None:
        self.me = self


def ended_after(count: int, monkeypatch: pytest.MonkeyPatch, **limits: Any) -> list[bool]:
    """Which knots of so many experiments, each with one, are gone at the end."""
    for name, value in limits.items():
        monkeypatch.setattr(runner, name, value)
    knots: list[weakref.ref[Knot]] = []

    def scenario() -> Outcome:
        knots.append(weakref.ref(Knot()))
        assert knots[-1]() is not None
        return Outcome()

    explorer = Explorer(scenario, Sources(str(Path(__file__).parent)), Settings())
    with under_control(5.0):
        for _ in range(count):
            explorer.run(Plan(), Schedule(), probe=False)
        return [knot() is None for knot in knots]


def raises(number: int) -> int:
    return number


def in_a_pool() -> Outcome:
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(raises, 1)
    return Outcome(job.exception())


def test_nothing_of_an_experiment_with_a_pool_is_kept() -> None:
    explorer = Explorer(in_a_pool, Sources(str(Path(__file__).parent)), Settings())
    with under_control(5.0):
        trace, outcome, experiment = explorer.run(Plan.parse("raise OSError @ start:raises#0"), Schedule(), probe=False)
        assert outcome.error is not None
        left = weakref.ref(experiment)
        del trace, outcome, experiment
    gc.collect()  # now, as the watchdog, too, has looked at it until a moment ago
    assert left() is None


def test_little_garbage_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    assert ended_after(3, monkeypatch) == [False, False, False]


def test_many_objects_are_collected_before_the_next_experiment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended_after(3, monkeypatch, GARBAGE_MAX=0) == [True, True, False]


def test_heavy_objects_are_collected_before_the_next_experiment(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = iter(range(0, 100 * runner.PEAK_STEP, 2 * runner.PEAK_STEP))
    assert ended_after(3, monkeypatch, _peak_memory=lambda: next(peaks)) == [True, True, False]


def test_the_collector_works_again_after_an_exploration() -> None:
    assert gc.isenabled()
    with under_control(5.0):
        assert not gc.isenabled()
    assert gc.isenabled()
