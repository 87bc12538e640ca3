"""Wrong results: of the same type, never the value itself, the same each time; what is asked for in vain is said."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from typing import Any

import pytest

from pytest_taskfail.model.faults import CORRUPT_WAYS, Corrupt, parse_fault
from pytest_taskfail.runtime import corrupt


@dataclasses.dataclass(frozen=True)
class Order:
    number: int
    name: str


class Unknown:
    pass


VALUES: list[Any] = [
    *(True, 7, 0, -3, 2.5, "Ada Lovelace", "a@b.org", "", b"abc", [1, 2], (1, "x"), {"name": "Ada"}, {"a": {"b": 1}}),
    *(datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 12), Order(3, "tea"), [Order(3, "tea")]),
]
CASES = [pytest.param(value, way, id=f"{value!r}-{way}") for value in VALUES for way in corrupt.ways(value)]


@pytest.mark.parametrize(("value", "way"), CASES)
def test_the_type_stays_and_the_value_does_not(value: Any, way: str) -> None:
    before = repr(value)
    wrong = corrupt.corrupted(value, way, seed=5)
    assert type(wrong) is type(value)
    assert repr(wrong) != before
    assert repr(value) == before
    assert repr(corrupt.corrupted(value, way, seed=5)) == repr(wrong)


@pytest.mark.parametrize("value", [None, Unknown(), object, ()], ids=["None", "an object", "a type", "an empty tuple"])
def test_what_cannot_be_replaced_by_another_of_its_type_is_left_alone(value: Any) -> None:
    assert corrupt.ways(value) == ()


@pytest.mark.parametrize(
    ("value", "like"),
    [("ada@example.org", "@"), ("2024-02-29", "-"), ("https://example.org/a", "://"), ("127.0.0.1", "."), ("12345", "")],
)
def test_other_texts_look_like_the_right_one(value: str, like: str) -> None:
    pytest.importorskip("faker")
    assert like in corrupt.corrupted(value, "other", seed=1)


def test_digits_stay_digits() -> None:
    pytest.importorskip("faker")
    assert corrupt.corrupted("12345", "other").isdigit()


def test_without_faker_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(corrupt.NoFaker, match=r"'corrupt other' needs Faker: pip install 'pytest-taskfail\[corrupt\]'"):
        corrupt.corrupted("Ada", "other")


def test_a_way_that_does_not_fit_names_those_that_do() -> None:
    with pytest.raises(
        ValueError, match="a value of type int cannot be made wrong by 'missing'; its ways: negative, huge, empty"
    ):
        corrupt.corrupted(7, "missing")


@pytest.mark.parametrize("way", CORRUPT_WAYS)
def test_each_way_is_a_fault_that_reads_back(way: str) -> None:
    assert parse_fault(str(Corrupt(way))) == Corrupt(way)
    assert any(way in corrupt.ways(value) for value in VALUES)
