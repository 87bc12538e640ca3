"""Faults: printing, reading back, and the messages for what cannot be read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_taskfail.model.faults import (
    KINDS,
    Delay,
    Drop,
    Duplicate,
    Expire,
    Fault,
    Hold,
    Kill,
    Pickle,
    Raise,
    Twice,
    find_exception,
    name_of_exception,
    parse_fault,
    parse_kinds,
)


class Outer:
    class Refused(Exception):
        """A type inside of a class."""


types = st.sampled_from([OSError, ConnectionError, SystemExit, Outer.Refused, pytest.UsageError])
seconds = st.floats(0, 1e9, allow_nan=False)
faults = st.one_of(
    st.builds(Raise, types, st.booleans(), st.booleans()),
    st.builds(Hold, st.none() | st.just(math.inf) | seconds),
    st.builds(Expire, st.booleans()),
    st.builds(Delay, seconds),
    st.sampled_from([Drop(), Duplicate(), Twice(), Kill(), Pickle(), Pickle(decode=True)]),
)


@given(fault=faults)
def test_a_fault_reads_back(fault: Fault) -> None:
    assert parse_fault(str(fault)) == fault


@given(fault=faults)
def test_the_kind_of_a_fault_can_be_asked_for(fault: Fault) -> None:
    assert fault.kind in KINDS


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Raise(ConnectionError), "raise ConnectionError"),
        (Raise(ConnectionError, after=True, always=True), "raise ConnectionError after always"),
        (Raise(KeyError("x")), "raise KeyError"),
        (Kill(), "kill"),
        (Pickle(decode=True), "pickle decode"),
        (Hold(), "hold"),
        (Hold(2.5), "hold 2.5"),
        (Hold(math.inf), "hold for ever"),
        (Expire(), "expire"),
        (Expire(late=True), "expire late"),
        (Drop(), "drop"),
        (Duplicate(), "duplicate"),
        (Delay(3.0), "delay 3"),
        (Twice(), "twice"),
    ],
)
def test_how_a_fault_reads(fault: Fault, text: str) -> None:
    assert str(fault) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "explode",
        "raise",
        "raise OSError twice",
        "raise OSError after after",
        "hold for evermore",
        "expire soon",
        "delay",
        "drop 1",
    ],
)
def test_what_is_not_a_fault_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(ValueError, match="is not a fault; faults read: raise TYPE"):
        parse_fault(text)


@pytest.mark.parametrize("text", ["delay x", "delay -1", "delay inf", "delay nan", "hold -2", "hold for"])
def test_seconds_are_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number of seconds"):
        parse_fault(text)


@pytest.mark.parametrize("name", ["NoSuchError", "int", "os.path", "no.such.Error", "print"])
def test_what_is_no_exception_type_is_refused(name: str) -> None:
    with pytest.raises(
        ValueError, match=f"there is no exception type '{name}'; a type that is not built in is written module.Type"
    ):
        parse_fault(f"raise {name}")


def test_an_exception_type_is_found_by_the_name_it_prints() -> None:
    for kind in (OSError, Outer.Refused, pytest.UsageError):
        assert find_exception(name_of_exception(kind)) is kind
    assert name_of_exception(OSError(5, "x")) == "OSError"


def test_kinds_are_read_from_a_comma_list() -> None:
    assert parse_kinds("raise, hold,") == {"raise", "hold"}
    assert parse_kinds("none") == frozenset()
    assert parse_kinds(",".join(KINDS)) == set(KINDS)


def test_an_unknown_kind_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(ValueError, match="there is no kind of fault 'rais'; did you mean 'raise'\\? The kinds are raise, hold"):
        parse_kinds("hold,rais")
    with pytest.raises(ValueError, match="'none' stands for no kind of fault at all; give it alone"):
        parse_kinds("raise,none")
    with pytest.raises(ValueError, match="no kind of fault is named"):
        parse_kinds(" , ")
