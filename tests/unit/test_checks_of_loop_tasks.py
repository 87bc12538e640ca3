"""`assert_cancelled` for tasks of an event loop, on made-up traces."""

from __future__ import annotations

import pytest

from pytest_taskfail.checks import assert_cancelled, find_not_cancelled
from pytest_taskfail.errors import CheckFailed
from pytest_taskfail.model.traces import OF_LOOP, Event, Trace


def trace(*ends: tuple[str, str]) -> Trace:
    """Three tasks `ask`, and how they ended, in order."""
    submits = [Event("main#0", "submit", f"ask#{number}", note=OF_LOOP) for number in range(3)]
    return Trace(events=(*submits, *(Event(task, kind, "ask") for task, kind in ends)))


def test_siblings_that_were_cancelled() -> None:
    assert_cancelled(trace(("ask#0", "end"), ("ask#1", "failed"), ("ask#2", "cancelled")), "ask")


def test_siblings_that_went_on() -> None:
    assert find_not_cancelled(trace(("ask#0", "failed"), ("ask#1", "end")), "ask") == [
        "ask#1  went on to its end after the failure of ask#0",
        "ask#2  was not done at the failure of ask#0 and has not been cancelled",
    ]


def test_the_message() -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_cancelled(trace(("ask#0", "failed"), ("ask#1", "end"), ("ask#2", "cancelled")), "ask")
    assert str(caught.value) == (
        "taskfail: tasks 'ask' went on after a failure\n  ask#1  went on to its end after the failure of ask#0"
    )
