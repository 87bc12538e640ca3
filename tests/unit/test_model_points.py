"""Points and selectors: printing, reading back, matching, near names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_taskfail.model.points import KINDS, Point, Selector, near_names, role_of

names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)
dotted = st.lists(names, min_size=1, max_size=3).map(".".join)
numbers = st.integers(0, 1000)
tasks = st.just("test") | st.lists(st.tuples(names, numbers), min_size=1, max_size=3).map(
    lambda parts: "/".join(f"{name}#{number}" for name, number in parts)
)
operations = st.sampled_from(["Lock", "Queue.get", "Event.wait"]).flatmap(lambda what: names.map(lambda name: f"{what}@{name}"))


@given(kind=st.sampled_from(["submit", "call", "acquire", "signal", "timer"]), name=dotted | operations, task=tasks, hit=numbers)
def test_a_point_reads_back(kind: str, name: str, task: str, hit: int) -> None:
    point = Point(kind, name, task, hit)
    assert Point.parse(str(point)) == point


@given(kind=st.sampled_from(["start", "end"]), task=tasks)
def test_the_start_and_end_of_a_task_read_back(kind: str, task: str) -> None:
    point = Point(kind, role_of(task).rpartition("/")[2], task)
    assert str(point) == f"{kind}:{task}"
    assert Point.parse(str(point)) == point


@pytest.mark.parametrize(
    "text",
    [
        "call:Gateway.charge",
        "call:Gateway.charge#1",
        "call:Gateway.charge#1 in charge#0",
        "call:*.charge in charge",
        "acquire:Lock@add in add#3",
        "start:fetch",
        "start:fetch#2",
        "end:outer#0/fetch#2",
        "timer:*",
    ],
)
def test_a_selector_reads_back(text: str) -> None:
    selector = Selector.parse(text)
    assert str(selector) == text
    assert Selector.parse(str(selector)) == selector


@given(kind=st.sampled_from(KINDS), name=dotted, task=tasks, hit=numbers)
def test_the_text_of_a_point_selects_that_point(kind: str, name: str, task: str, hit: int) -> None:
    body = kind in ("start", "end")
    point = Point(kind, role_of(task).rpartition("/")[2] if body else name, task, 0 if body else hit)
    assert Selector.parse(str(point)).matches(point)


def test_roles_have_no_numbers() -> None:
    assert role_of("outer#0/inner#12") == "outer/inner"
    assert Point("call", "f", "outer#3/inner#1").role == "outer/inner"
    assert role_of("test") == "test"


@pytest.mark.parametrize("number", range(4))
def test_the_number_of_a_start_is_that_of_the_task_counted_from_0(number: int) -> None:
    third = Selector.parse("start:fetch#2")
    assert third.matches(Point("start", "fetch", f"fetch#{number}")) is (number == 2)
    assert third.matches(Point("start", "fetch", f"outer#0/fetch#{number}")) is (number == 2)
    assert not third.matches(Point("end", "fetch", "fetch#2"))
    assert not third.matches(Point("start", "prefetch", "prefetch#2"))


def test_a_start_without_a_number_is_that_of_any_task_of_the_name() -> None:
    assert Selector.parse("start:fetch").matches(Point("start", "fetch", "fetch#0"))
    assert Selector.parse("start:fetch").matches(Point("start", "fetch", "outer#1/fetch#7"))
    assert not Selector.parse("start:fetch").matches(Point("start", "prefetch", "prefetch#0"))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("call:charge", True),
        ("call:Gateway.charge", True),
        ("call:Gate*.charge", True),
        ("call:*", True),
        ("call:", True),
        ("call:arge", False),
        ("call:charge#0", True),
        ("call:charge#1", False),
        ("call:charge in pay#1", True),
        ("call:charge in pay", True),
        ("call:charge in pay#0", False),
        ("call:charge in shop", False),
        ("acquire:charge", False),
    ],
)
def test_what_a_selector_names(text: str, fits: bool) -> None:
    assert Selector.parse(text).matches(Point("call", "Gateway.charge", "shop#0/pay#1")) is fits


def test_without_a_number_the_first_hit_is_meant() -> None:
    assert not Selector.parse("call:charge").matches(Point("call", "charge", "pay#0", 1))


def test_the_kind_of_a_selector_is_checked_and_a_near_one_named() -> None:
    with pytest.raises(ValueError, match="there is no kind of point 'cal'; did you mean 'call'"):
        Selector.parse("cal:charge")
    with pytest.raises(ValueError, match="The kinds are submit, start, call"):
        Selector.parse("zzz:charge")


def test_a_sentence_ends_with_a_full_stop_before_the_next_begins() -> None:
    with pytest.raises(ValueError) as caught:
        Selector.parse("zzz:charge")
    assert "'zzz' The kinds" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "charge", "call:charge", "zzz:charge in pay#0", "start:"])
def test_what_is_not_a_point_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a point; a point reads like 'call:Gateway.charge in charge#1'"):
        Point.parse(text)


@pytest.mark.parametrize("text", ["start:fetch", "end:fetch*", "call:charge in pay"])
def test_a_text_without_the_number_of_the_task_is_no_point_but_a_selector(text: str) -> None:
    with pytest.raises(ValueError):
        Point.parse(text)
    Selector.parse(text)


def test_near_names_come_first_and_some_come_always() -> None:
    seen = ["call:Gateway.charge in charge#0", "start:charge#0", "call:Gateway.charge in charge#0"]
    assert near_names("call:Gateway.charg in charge#0", seen)[0] == "call:Gateway.charge in charge#0"
    assert near_names("zzzzzzzz", seen) == ["call:Gateway.charge in charge#0", "start:charge#0"]
    assert near_names("zzzzzzzz", [str(n) for n in range(9)], 3) == ["0", "1", "2"]
    assert near_names("zzz", []) == []
