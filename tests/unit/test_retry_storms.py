"""The law `retry-storm` on traces written by hand: what is tried again without a cap or a pause, and what only looks so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pytest

from pytest_taskfail.explore.storms import retry_storm
from pytest_taskfail.model.faults import Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Event, Injected, Place, Reached, Trace
from pytest_taskfail.runtime.experiment import REPEATS_MAX
from pytest_taskfail.runtime.reading.repeats import is_for_another
from pytest_taskfail.runtime.reading.sources import Sources

LINE = Place("a.py", 12, "send")
LASTING = Raise(OSError, always=True)


def calls(failed: int, well: int, pause: float = 0.0, task: str = "send#0") -> Trace:
    """A task that makes a call which fails first, each time after a pause, and then goes well."""
    points = [Point("call", "Server.store", task, number) for number in range(failed + well)]
    return Trace(
        injected=tuple(Injected(LASTING, point, LINE, "a handler") for point in points[:failed]),
        events=tuple(
            Event(task, "fault", str(LASTING), LINE, number * pause, f"@ {point}") for number, point in enumerate(points[:failed])
        ),
        reached=tuple(Reached(point, LINE) for point in points[failed:]),
    )


def told(trace: Trace, golden: Trace) -> list[str]:
    return [line for finding in retry_storm(trace, golden) for line in finding.lines]


def test_tries_without_a_cap_and_without_a_pause_are_both_told() -> None:
    (finding,) = retry_storm(calls(REPEATS_MAX, 1), calls(0, 1))
    assert finding.lines == (
        "send#0  tried Server.store again until the 50 failures were over: no cap ends that, or a high one (at a.py:12)",
        "send#0  tried Server.store again 50 times without any pause (at a.py:12)",
    )
    assert finding.key == ("retry-storm", "a.py:12", "send")


def test_with_a_pause_only_the_cap_is_missing() -> None:
    (line,) = told(calls(REPEATS_MAX, 1, pause=0.1), calls(0, 1))
    assert "until the 50 failures were over" in line


def test_with_a_cap_only_the_pause_is_missing() -> None:
    assert told(calls(5, 0), calls(0, 1)) == ["send#0  tried Server.store again 4 times without any pause (at a.py:12)"]


@pytest.mark.parametrize("pause", [0.001, 5.0])
def test_a_retry_with_a_cap_and_a_pause_is_no_storm(pause: float) -> None:
    assert told(calls(8, 0, pause), calls(0, 1)) == []


def test_a_few_tries_at_once_are_no_storm() -> None:
    assert told(calls(4, 0), calls(0, 1)) == []


def test_what_is_done_for_each_of_many_things_is_not_tried_again() -> None:
    assert told(calls(REPEATS_MAX, 30), calls(0, 80)) == []


def test_many_things_with_a_capped_retry_each_are_not_tried_without_a_cap() -> None:
    assert told(calls(REPEATS_MAX, 10, pause=0.1), calls(0, 20)) == []


def test_the_next_thing_in_a_loop_is_not_tried_again() -> None:
    trace = calls(REPEATS_MAX, 1)
    others = tuple(replace(one, another=True) for one in trace.injected)
    assert told(replace(trace, injected=others), calls(0, 1)) == []


def test_failures_that_two_tasks_share_show_that_there_is_no_cap() -> None:
    one, other = calls(25, 1, 0.1), calls(25, 1, 0.1, "send#1")
    both = Trace(injected=one.injected + other.injected, events=one.events + other.events, reached=one.reached + other.reached)
    usual = Trace(reached=calls(0, 1).reached + calls(0, 1, task="send#1").reached)
    assert [finding.holder for finding in retry_storm(both, usual)] == ["send", "send"]
    gave_up = replace(both, reached=one.reached)
    assert told(gave_up, usual) == [], "one of the two has a cap, and they run the same code"


def test_what_the_fault_free_run_does_not_call_is_left_alone() -> None:
    assert told(calls(REPEATS_MAX, 1), Trace()) == []


def test_a_fault_that_strikes_once_is_left_alone() -> None:
    trace = calls(1, 1)
    assert told(replace(trace, injected=(replace(trace.injected[0], fault=Raise(OSError)),)), calls(0, 1)) == []


LOOPS = """\
def call(thing):
    raise OSError(thing)

def ask(thing):
    call(thing)

def again(thing):
    for attempt in range(3):
        call(thing)

def paused(thing):
    while True:
        call(thing)

def each(things):
    for thing in things:
        ask(thing)

def each_again(things):
    for thing in things:
        again(thing)

def numbered(things):
    for number, thing in enumerate(things):
        call(thing)

def one_more(things):
    while things:
        thing = things.pop()
        call(thing)

def alone(thing):
    call(thing)

def until_told(thing):
    for pause in (1, 2, 4):
        call(thing)
"""


@pytest.mark.parametrize(
    ("function", "another"),
    [
        ("again", False),
        ("paused", False),
        ("each", True),
        ("each_again", False),
        ("numbered", True),
        ("one_more", True),
        ("alone", False),
        ("until_told", False),
    ],
)
def test_the_innermost_loop_says_if_the_next_call_is_for_another_thing(function: str, another: bool, tmp_path: Path) -> None:
    file = tmp_path / "loops.py"
    file.write_text(LOOPS)
    names: dict[str, object] = {}
    exec(compile(LOOPS, str(file), "exec"), names)
    with pytest.raises(OSError) as caught:
        names[function](["x"])  # type: ignore[operator]
    # An injected exception is raised at the call, not in what is called.
    trail = [(entry.tb_frame.f_code, entry.tb_lineno, entry.tb_frame.f_globals) for entry in _entries(caught.tb)][1:-1]
    assert is_for_another(Sources(str(tmp_path)), trail) is another


def _entries(entry: TracebackType | None) -> Iterator[TracebackType]:
    while entry is not None:
        yield entry
        entry = entry.tb_next
