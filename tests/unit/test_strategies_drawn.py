"""What is drawn, as values: how it shrinks, what is legal, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as hypothesis_strategies

from pytest_taskfail import strategies as st
from pytest_taskfail.errors import PlanError
from pytest_taskfail.explore.eligible import EVERY
from pytest_taskfail.explore.legal import LEGAL
from pytest_taskfail.model.faults import Cancel, Fault, Hold, Raise, parse_fault
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.points import Point, Selector
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Choice, Place, Reached, Trace

FEW = settings(max_examples=50, derandomize=True, database=None)
QUIET = settings(max_examples=2000, derandomize=True, database=None)


def reached(text: str, *faults: Fault, why: str = "a task can always fail") -> Reached:
    return Reached(Point.parse(text), Place("shop.py", 1), why, faults)


TRACE = Trace(
    reached=(
        reached("start:pay#0", Raise(ConnectionError), Raise(ConnectionError, always=True)),
        reached("acquire:Lock@pay in pay#0", Hold()),
        reached("call:charge in pay#0", Raise(OSError), Raise(OSError, after=True)),
        *(reached(f"start:pay#{number}", Raise(ConnectionError)) for number in range(1, 9)),
        reached("call:add in pay#0", Raise(ConnectionError), why=EVERY),
        reached("signal:Event.set@pay in pay#0", *(parse_fault(text) for text in ("drop", "duplicate", "delay 1"))),
    ),
    choices=(
        Choice(("0", "0.0"), "0", True),
        Choice(("0.0", "0.1"), "0.0", False),
    ),
)


def least(strategy: Any, wanted: Callable[[Any], bool] = lambda value: True) -> str:
    """The text of the smallest value that will do."""
    return str(find(strategy, wanted, settings=QUIET))


def all_of(strategy: Any) -> set[str]:
    """The texts of all values of a strategy of few."""
    seen: set[str] = set()

    @settings(QUIET, max_examples=300)
    @given(strategy)
    def draw(value: Any) -> None:
        seen.add(str(value))

    draw()
    return seen


# -- plans -------------------------------------------------------------------------------------------------------------


def test_plans_shrink_to_fewer_faults_then_earlier_points_then_milder_faults() -> None:
    plans = st.plans(points=TRACE)
    assert least(plans) == ""
    assert least(plans, bool) == "raise ConnectionError @ start:pay#0"
    assert least(plans, lambda plan: "charge" in str(plan)) == "raise OSError @ call:charge in pay#0"
    assert least(plans, lambda plan: "after" in str(plan)) == "raise OSError after @ call:charge in pay#0"
    assert least(plans, lambda plan: "charge" in str(plan) and len(plan.injections) > 1) == (
        "raise ConnectionError @ start:pay#0 + raise OSError @ call:charge in pay#0"
    )
    assert least(plans, lambda plan: any(one.fault != Raise(ConnectionError) for one in plan.injections)) == (
        "raise ConnectionError always @ start:pay#0"
    )


def test_of_alike_points_the_first_two_and_the_last_are_drawn() -> None:
    drawn = all_of(st.plans(points=TRACE, max_faults=1))
    starts = {text.partition(" @ ")[2] for text in drawn if "start:" in text}
    assert starts == {"start:pay#0", "start:pay#1", "start:pay#8"}


def test_only_legal_faults_are_drawn_from_a_trace() -> None:
    drawn = all_of(st.plans(points=TRACE, max_faults=1))
    assert drawn == {
        "",
        "raise ConnectionError @ start:pay#0",
        "raise ConnectionError always @ start:pay#0",
        "hold @ acquire:Lock@pay in pay#0",
        "raise OSError @ call:charge in pay#0",
        "raise OSError after @ call:charge in pay#0",
        "raise ConnectionError @ start:pay#1",
        "raise ConnectionError @ start:pay#8",
    }
    asked = all_of(st.plans(points=TRACE, max_faults=1, faults="drop"))
    assert asked == {"", "drop @ signal:Event.set@pay in pay#0"}


def test_a_plan_has_as_many_faults_as_were_asked_for_each_at_its_own_point() -> None:
    @FEW
    @given(st.plans(max_faults=3, min_faults=2, points=TRACE))
    def sizes(plan: Plan) -> None:
        places = [str(one.at) for one in plan.injections]
        order = [str(one.point) for one in TRACE.reached]
        assert 2 <= len(places) <= 3
        assert len(set(places)) == len(places)
        assert [order.index(place) for place in places] == sorted(order.index(place) for place in places)

    sizes()


def test_a_plan_prints_as_what_reads_it_back() -> None:
    @FEW
    @given(st.plans(), st.schedules())
    def reads_back(plan: Plan, schedule: Schedule) -> None:
        assert eval(repr(plan)) == plan
        assert eval(repr(schedule)) == schedule

    reads_back()


def test_every_fault_may_happen_at_its_kind_of_point() -> None:
    @FEW
    @given(st.plans(faults=tuple(LEGAL)))
    def legal(plan: Plan) -> None:
        for one in plan.injections:
            assert one.at.kind in LEGAL[one.fault.kind]
            assert one.fault.kind != "raise" or one.at.kind != "await", "a cancellation is no exception that is thrown in"

    legal()


@pytest.mark.parametrize(
    ("given_points", "first"),
    [
        ("start:fetch#2", "raise ConnectionError @ start:fetch#2"),
        (["call:charge in pay#1", "start:fetch"], "raise ConnectionError @ call:charge in pay#1"),
        (Selector.parse("acquire:Lock@*"), "hold @ acquire:Lock@*"),
        ([Point.parse("await:sleep@tick in tick#0")], "cancel @ await:sleep@tick in tick#0"),
        (None, "raise ConnectionError @ call:* in *#0"),
    ],
)
def test_points_by_name(given_points: Any, first: str) -> None:
    assert least(st.plans(points=given_points), bool) == first
    assert least(st.points(given_points)) == first.partition(" @ ")[2]


# -- faults ------------------------------------------------------------------------------------------------------------


def test_faults_shrink_to_milder_ones() -> None:
    everything = "cancel, raise, drop, twice, duplicate, timer, hold, delay"
    order = ["delay 1", "hold", "expire", "duplicate", "twice", "drop", "raise ConnectionError", "cancel"]
    for number, name in enumerate(order):
        left = ", ".join(kind for kind in everything.split(", ")[: len(order) - number])
        assert least(st.faults(left)) == name
    assert least(st.faults(["raise OSError always", "raise OSError after", "raise OSError"])) == "raise OSError"
    assert least(st.faults(["raise OSError always", "raise OSError after"])) == "raise OSError after"
    assert least(st.faults(), lambda fault: isinstance(fault, Raise) and fault.always) == "raise ConnectionError always"


def test_faults_by_default_are_those_that_happen_unasked() -> None:
    kinds = {parse_fault(text).kind for text in all_of(st.faults())}
    assert kinds == {"hold", "timer", "raise", "cancel"}
    assert all_of(st.faults(Cancel(late=True))) == {"cancel late"}


# -- schedules ---------------------------------------------------------------------------------------------------------


def test_schedules_of_a_run_deviate_from_what_it_chose() -> None:
    drawn = {text.partition(" ")[2] for text in all_of(st.schedules(run=TRACE))}
    assert drawn == {"", "0:0.0", "1:0.1", "0:0.0 1:0.1"}
    assert all_of(st.schedules(run=Trace())) == {str(Schedule())}


def test_schedules_shrink_to_fewer_deviations_then_to_earlier_ones() -> None:
    assert least(st.schedules()).partition(" ")[2] == ""
    assert least(st.schedules(), lambda one: len(one.deviations) > 1).partition(" ")[2] == "0:0.0 1:0.0"
    assert least(st.schedules(), lambda one: any(n > 6 for n, _ in one.deviations)).partition(" ")[2] == "7:0.0"


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: st.plans(max_faults=0),
            "plans(max_faults=0, min_faults=0): max_faults is 1 or more, min_faults from 0 to max_faults",
        ),
        (
            lambda: st.plans(2, min_faults=3),
            "plans(max_faults=2, min_faults=3): max_faults is 1 or more, min_faults from 0 to max_faults",
        ),
        (
            lambda: st.plans(min_faults=2, points="start:fetch"),
            "plans(min_faults=2): there is only 1 point",
        ),
        (
            lambda: st.plans(points="strat:fetch"),
            "points='strat:fetch': 'strat:fetch': there is no kind of point 'strat'; did you mean 'start'? "
            "The kinds are submit, start, call, end, acquire, signal, timer, await, pickle",
        ),
        (
            lambda: st.plans(points=[7]),  # type: ignore[list-item]
            "points=7: give points, selectors or their texts, the Trace of a run, or a function that runs the code once",
        ),
        (
            lambda: st.plans(points="start:fetch", faults="hold"),
            "points='start:fetch': none of the wanted faults may happen there; name other points, or faults=",
        ),
        (
            lambda: st.plans(points=Trace()),
            "points=a trace with 0 points: none of the wanted faults may happen there; name other points, or faults=",
        ),
        (
            lambda: st.faults("kill"),
            "faults='kill': a 'kill' happens only in real experiments; here can be "
            "delay, hold, timer, duplicate, twice, drop, corrupt, raise, cancel",
        ),
        (lambda: st.faults([]), "faults=() names no fault; leave it out for those that happen by default"),
        (
            lambda: st.faults([OSError]),  # type: ignore[list-item]
            "faults=<class 'OSError'> is not a fault; give one, its text, or a kind: "
            "delay, hold, timer, duplicate, twice, drop, corrupt, raise, cancel",
        ),
        (lambda: st.schedules(0), "schedules(max_deviations=0): at least 1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(make: Callable[[], Any], text: str) -> None:
    with pytest.raises(PlanError) as caught:
        make()
    assert str(caught.value) == text


def test_a_word_that_is_no_fault_is_refused() -> None:
    with pytest.raises(
        PlanError, match=r"^faults='rise' is neither a kind \(delay, hold, .*\) nor a fault: 'rise' is not a fault"
    ):
        st.faults("rise")


def test_strategies_are_strategies() -> None:
    for one in (st.plans(), st.faults(), st.points(), st.schedules()):
        assert isinstance(one, hypothesis_strategies.SearchStrategy)
