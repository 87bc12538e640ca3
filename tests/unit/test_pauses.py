"""A thread that is held up right after a signal: where that may happen is noted, and happens where the schedule says so."""

from __future__ import annotations

import pytest

from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.runtime.choices import Chooser


def chooser(text: str = "py3.12") -> Chooser:
    return Chooser(dict(Schedule.parse(text).deviations), record=True)


def test_a_schedule_with_a_pause_reads_back() -> None:
    assert Schedule.parse("py3.12 4:+0.1").deviations == ((4, "+0.1"),)
    assert str(Schedule.parse("py3.12 4:+0.a0.1 9:0!2")) == "py3.12 4:+0.a0.1 9:0!2"


@pytest.mark.parametrize("text", ["py3.12 4:+", "py3.12 4:0.+1", "py3.12 +4:0.1", "py3.12 4:++0"])
def test_a_plus_elsewhere_is_no_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="is not a schedule"):
        Schedule.parse(text)


def test_pauses_are_asked_for_only_where_a_schedule_has_one() -> None:
    assert not chooser("py3.12 4:0.1").pausing
    assert chooser("py3.12 4:+0.1").pausing


def test_a_pause_comes_before_the_choice_of_its_number_and_does_not_count() -> None:
    choices = chooser("py3.12 1:+0.2")
    assert choices.pause(("0.1", "0.2")) == -1
    assert choices.pick(("0", "0.1", "0.2"), preempts=True) == 0
    assert choices.pause(("0.1", "0.2")) == 1
    assert choices.pick(("0", "0.1"), preempts=True) == 0
    assert choices.pauses == [(0, ("0.1", "0.2")), (1, ("0.1", "0.2"))]
    assert choices.count == 2
    assert (choices.diverged, choices.unmet()) == ("", "")


def test_a_pause_that_is_never_met_is_told() -> None:
    choices = chooser("py3.12 1:+0.2")
    choices.pick(("0", "0.1"), preempts=True)
    choices.pick(("0", "0.1"), preempts=True)
    assert choices.diverged == "at choice 1 thread +0.2 cannot run; 0, 0.1 can"
