"""Plans, schedules and replay lines: printing and reading back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_taskfail.model.faults import Delay, Drop, Expire, Hold, Raise
from pytest_taskfail.model.plans import Injection, Plan, parse_replay, print_replay
from pytest_taskfail.model.points import Point, Selector
from pytest_taskfail.model.schedules import PYTHON, Schedule

faults = st.sampled_from(
    [Raise(OSError), Raise(OSError, after=True, always=True), Hold(), Hold(2.5), Expire(late=True), Drop(), Delay(1.0)]
)
points = st.sampled_from(
    [
        Point("call", "Gateway.charge", "charge#1", 2),
        Point("start", "fetch", "fetch#2"),
        Point("end", "inner", "outer#0/inner#3"),
        Point("timer", "Queue.get@ask", "ask#0"),
        Point("submit", "fetch", "test"),
    ]
)
plans = st.lists(st.builds(Injection, faults, points), max_size=3).map(lambda found: Plan(tuple(found)))
threads = st.lists(st.integers(0, 30), max_size=3).map(lambda numbers: ".".join(["0", *map(str, numbers)]))
schedules = st.lists(st.tuples(st.integers(0, 9999), threads), max_size=4).map(lambda found: Schedule(tuple(found)))


@given(plan=plans)
def test_a_plan_reads_back(plan: Plan) -> None:
    assert Plan.parse(str(plan)) == plan


@given(schedule=schedules)
def test_a_schedule_reads_back(schedule: Schedule) -> None:
    assert Schedule.parse(str(schedule)) == schedule


@given(plan=plans, schedule=schedules)
def test_a_replay_line_reads_back(plan: Plan, schedule: Schedule) -> None:
    assert parse_replay(print_replay(plan, schedule)) == (plan, schedule)


def test_a_thread_that_came_under_control_later_has_a_name_that_reads_back() -> None:
    schedule = Schedule(((7, "0.a0"), (9, "0.a0.1")))
    assert Schedule.parse(str(schedule)) == schedule


def test_how_a_replay_line_reads() -> None:
    plan = Plan().plus(Raise(ConnectionError), Point("call", "Gateway.charge", "charge#1"))
    assert print_replay(plan, Schedule()) == "raise ConnectionError @ call:Gateway.charge in charge#1"
    assert (
        print_replay(plan, Schedule(((4, "0.1"),))) == f"raise ConnectionError @ call:Gateway.charge in charge#1 | {PYTHON} 4:0.1"
    )
    assert print_replay(Plan(), Schedule(((4, "0.1"), (9, "0")), "py3.12")) == "py3.12 4:0.1 9:0"
    assert print_replay(Plan(), Schedule()) == "nothing"


def test_a_plan_is_true_when_it_plans_something() -> None:
    plan = Plan().plus(Drop(), Point("signal", "Event.set", "work#0"))
    assert plan
    assert not Plan()
    assert len(plan.plus(Drop(), Point("signal", "Event.set", "work#1")).injections) == 2
    assert len(plan.injections) == 1


def test_a_place_that_is_no_point_is_a_selector() -> None:
    assert Injection.parse("raise OSError @ call:charge").at == Selector("call", "charge")
    assert Injection.parse("raise OSError @ call:charge in pay#0").at == Point("call", "charge", "pay#0")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("raise OSError @ start:fetch", Point("start", "fetch", "fetch#0")),
        ("raise OSError @ start:fetch#2", Point("start", "fetch", "fetch#2")),
        ("raise OSError @ end:fetch*", Point("end", "fetch_all", "fetch_all#0")),
        ("raise OSError @ call:charge in pay", Point("call", "Gateway.charge", "pay#0")),
        ("raise OSError @ call:Gateway.charge#1 in pay#0", Point("call", "Gateway.charge", "pay#0", 1)),
    ],
)
def test_a_plan_written_by_hand_applies_where_its_selector_says(text: str, point: Point) -> None:
    (injection,) = Plan.parse(text).injections
    assert injection.applies(point)


def test_an_injection_by_selector_prints_what_was_typed() -> None:
    assert str(Injection(Raise(OSError), Selector.parse("start:fetch#2"))) == "raise OSError @ start:fetch#2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise OSError", "does not say where; write 'FAULT @ POINT'"),
        ("raise OSError @ zzz:f", "there is no kind of point 'zzz'"),
        ("explode @ call:f", "is not a fault"),
        ("drop @ signal:set + oops", "'oops' does not say where"),
    ],
)
def test_what_is_not_a_plan_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Plan.parse(text)


@pytest.mark.parametrize("text", ["", "4:0.1", "py2.7 4:0", "py3.12 4", "py3.12 x:0", "py3.12 4:0."])
def test_what_is_not_a_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a schedule; one reads like 'py3.12 4:0.1 9:0'"):
        Schedule.parse(text)
