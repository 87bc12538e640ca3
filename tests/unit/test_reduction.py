"""Equivalent points are tried once; the number of experiments does not grow with the number of identical tasks."""

from __future__ import annotations

import pytest

from pytest_taskfail.explore.reduce import group_of, representatives
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.model.faults import Hold, Raise
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.points import KINDS, Point
from pytest_taskfail.model.traces import Place, Reached

ONCE, LASTING, LATE = Raise(OSError), Raise(OSError, always=True), Raise(OSError, after=True)


def reached(count: int, kind: str = "call", *faults: object) -> list[Reached]:
    return [Reached(Point(kind, "send", f"work#{n}"), Place(), "", faults or (ONCE,)) for n in range(count)]  # type: ignore[arg-type]


def points(cases: object) -> list[str]:
    return [str(case.point) for case in cases]  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [3, 20, 400])
def test_the_first_the_second_and_the_last_of_each_group(count: int) -> None:
    cases = representatives(reached(count), Settings())
    assert points(cases) == ["call:send in work#0", "call:send in work#1", f"call:send in work#{count - 1}"]
    assert [str(case.plan) for case in cases] == [f"raise OSError @ {point}" for point in points(cases)]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_point_is_tried_twice(count: int) -> None:
    assert len(representatives(reached(count), Settings())) == count


def test_what_makes_points_equivalent() -> None:
    first = Point("call", "send", "outer#0/work#1", 3)
    assert group_of(first) == group_of(Point("call", "send", "outer#7/work#0"))
    for other in (
        Point("acquire", "send", "outer#0/work#1"),
        Point("call", "get", "outer#0/work#1"),
        Point("call", "send", "work#1"),
    ):
        assert group_of(first) != group_of(other)


def test_calls_from_two_lines_are_not_equivalent() -> None:
    """Who saves the state before the work and after it, many times over: both savings are tried."""
    lines = [Reached(Point("call", "save", "job#0", hit), Place("job.py", 10 + hit % 2), "", (ONCE,)) for hit in range(20)]
    hits = [case.point.hit for case in representatives(lines, Settings())]
    assert sorted(hits) == [0, 1, 2, 3, 18, 19]


def test_calls_at_which_other_things_may_happen_are_not_equivalent() -> None:
    """Those that return may also fail after their effect: they are other calls than those that fail by themselves."""
    calls = [*reached(20), *(Reached(one.point, one.place, "", (ONCE, LATE)) for one in reached(40)[20:])]
    tasks = [case.point.task for case in representatives(calls, Settings()) if case.fault == ONCE]
    assert sorted(tasks) == sorted(f"work#{n}" for n in (0, 1, 19, 20, 21, 39))


def test_what_strikes_once_comes_before_what_lasts_and_the_late_ones_come_last() -> None:
    cases = representatives(reached(3, "call", ONCE, LASTING), Settings())
    assert [(case.fault, case.point.task) for case in cases] == [
        (ONCE, "work#0"),
        (ONCE, "work#1"),
        (ONCE, "work#2"),
        (LASTING, "work#0"),
    ]


def test_every_kind_of_point_has_its_turn() -> None:
    cases = representatives([one for kind in KINDS for one in reached(1, kind, Hold())], Settings())
    assert sorted(case.point.kind for case in cases) == sorted(KINDS)


def test_faults_inside_of_recovery_are_added_to_the_plan_that_led_there() -> None:
    before = Plan.parse("raise KeyError @ call:get in work#0")
    (case,) = representatives(reached(1), Settings(), before)
    assert str(case.plan) == "raise KeyError @ call:get in work#0 + raise OSError @ call:send in work#0"
    assert case.fault == ONCE


@pytest.mark.parametrize(
    ("text", "count"),
    [("call:send", 3), ("call:se*", 3), ("call:get", 0), ("call:send in work#1", 1), ("call:send in work", 3), ("start:work", 0)],
)
def test_only_the_chosen_points(text: str, count: int) -> None:
    assert len(representatives(reached(20), Settings(points=(text,)))) == count


@pytest.mark.parametrize(("text", "count"), [("start:work", 3), ("start:work#7", 1), ("start:*", 3), ("end:work", 0)])
def test_only_the_chosen_starts(text: str, count: int) -> None:
    starts = [Reached(Point("start", "work", f"work#{n}"), Place(), "", (ONCE,)) for n in range(20)]
    assert len(representatives(starts, Settings(points=(text,)))) == count


def test_a_chosen_point_may_be_any_hit_of_its_task() -> None:
    hits = [Reached(Point("call", "send", "work#0", n), Place(), "", (ONCE,)) for n in range(5)]
    assert len(representatives(hits, Settings(points=("call:send",)))) == 3
    assert points(representatives(hits, Settings(points=("call:send#2",)))) == ["call:send#2 in work#0"]
