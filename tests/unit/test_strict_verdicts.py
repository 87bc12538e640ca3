"""Strict tests: what comes out of them is the fault, or the test has failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from pytest_taskfail.explore.strict import surfaces
from pytest_taskfail.model.faults import Cancel, Expire, Fault, Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Injected, Place, Trace


def trace_of(fault: Fault) -> Trace:
    return Trace(injected=(Injected(fault, Point("await", "sleep@book", "book#0"), Place(), "the test"),))


def in_finally(kind: type[BaseException]) -> None:
    try:
        raise kind
    finally:
        assert not 1, "the flight is still booked"


def on_purpose(kind: type[BaseException]) -> None:
    try:
        raise kind
    except kind as error:
        raise AssertionError from error


def as_it_is(kind: type[BaseException]) -> None:
    raise kind


@pytest.mark.parametrize(
    ("fault", "kind"), [(Raise(OSError), OSError), (Cancel(), asyncio.CancelledError), (Expire(), TimeoutError)]
)
@pytest.mark.parametrize(("come_out", "accepted"), [(as_it_is, True), (on_purpose, True), (in_finally, False)])
def test_an_assertion_fails_also_in_a_finally_that_the_fault_passes_through(
    fault: Fault, kind: type[BaseException], come_out: Callable[[type[BaseException]], None], accepted: bool
) -> None:
    with pytest.raises(BaseException) as caught:
        come_out(kind)
    assert surfaces(caught.value, trace_of(fault)) is accepted
