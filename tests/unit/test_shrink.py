"""What is tried to make an experiment smaller: halves first, then each part by itself, then what lasts only once."""

from __future__ import annotations

from pytest_taskfail.explore.shrink import longest, smaller
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule

PAIR = Plan.parse("raise OSError @ start:load#0 + raise OSError @ start:load#1")


def test_halves_are_left_out_first_then_each_deviation() -> None:
    whole = tuple((number, "0.1") for number in range(4))
    tried = [schedule.deviations for _, schedule in smaller(Plan(), Schedule(whole))]
    assert tried[:2] == [whole[:2], whole[2:]]
    assert tried[2:6] == [tuple(pair for pair in whole if pair != left_out) for left_out in reversed(whole)]


def test_where_no_deviation_can_be_left_out_two_at_a_time_are() -> None:
    there, and_back, on = (3, "0.1"), (5, "0"), (9, "0.2")
    tried = [schedule.deviations for _, schedule in smaller(Plan(), Schedule((there, and_back, on)))]
    assert tried == [(there, and_back), (there, on), (and_back, on), (there,), (and_back,), (on,)]


def test_each_fault_is_left_out_with_the_schedule_as_it_is() -> None:
    order = Schedule(((3, "0.1"),))
    first, second, without_order = smaller(PAIR, order)
    assert (str(first[0]), first[1]) == ("raise OSError @ start:load#1", order)
    assert (str(second[0]), second[1]) == ("raise OSError @ start:load#0", order)
    assert without_order == (PAIR, Schedule())


def test_of_one_part_nothing_is_left_out() -> None:
    assert list(smaller(Plan.parse("raise OSError @ start:load#0"), Schedule())) == []
    assert list(smaller(Plan(), Schedule(((3, "0.1"),)))) == []


def test_what_lasts_is_tried_once() -> None:
    lasting = Plan.parse("raise OSError always @ start:load#0")
    assert [str(plan) for plan, _ in smaller(lasting, Schedule())] == ["raise OSError @ start:load#0"]


def test_it_takes_at_most_twice_the_time_of_the_search_and_half_of_the_budget() -> None:
    assert longest(explored=1.0, budget=10.0) == 2.0
    assert longest(explored=9.0, budget=10.0) == 5.0
