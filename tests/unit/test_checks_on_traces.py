"""The assertion helpers on traces written by hand: each finds and each passes."""

from __future__ import annotations

import pytest

from pytest_taskfail import checks
from pytest_taskfail.errors import CheckFailed
from pytest_taskfail.model.faults import Hold, Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Alive, Event, Holding, Injected, Place, Trace, Wait

ERROR = Raise(OSError)
HERE, THERE = Place("orders.py", 12, "charge"), Place("orders.py", 20, "charge")


def text_of(failure: pytest.ExceptionInfo[CheckFailed]) -> str:
    return str(failure.value)


def test_a_deadlock_is_found() -> None:
    trace = Trace(stopped="deadlock", waits=(Wait("charge#1", "for Lock orders.py:3", THERE), Wait("test", "for charge#1", HERE)))
    assert checks.find_deadlock(trace) == [
        "charge#1  waits for Lock orders.py:3 at orders.py:20",
        "test  waits for charge#1 at orders.py:12",
    ]
    with pytest.raises(CheckFailed) as caught:
        checks.assert_no_deadlock(trace)
    assert text_of(caught) == (
        "taskfail: these tasks wait for ever\n"
        "  charge#1  waits for Lock orders.py:3 at orders.py:20\n"
        "  test  waits for charge#1 at orders.py:12"
    )


@pytest.mark.parametrize("why", ["deadlock", "hang", "stalled"])
def test_a_run_that_stopped_has_a_deadlock_even_where_nobody_can_be_named(why: str) -> None:
    with pytest.raises(CheckFailed):
        checks.assert_no_deadlock(Trace(stopped=why))


def test_a_thread_that_computes_is_not_said_to_wait() -> None:
    trace = Trace(stopped="hang", waits=(Wait("count#0", "runs on", HERE),))
    assert "waits runs on" not in "\n".join(checks.find_deadlock(trace))


def test_threads_in_a_circle_of_locks_are_a_deadlock_although_the_run_has_ended() -> None:
    put = Wait("put#0", "for Lock shelf.py:3", THERE, "rebuild#0", "", HERE)
    trace = Trace(waits=(put, Wait("rebuild#0", "for Lock shelf.py:9", HERE, "put#0", "", THERE)))
    with pytest.raises(CheckFailed, match="these tasks wait for ever"):
        checks.assert_no_deadlock(trace)
    assert checks.find_deadlock(trace)[0].startswith("put#0  waits for Lock shelf.py:3")


def test_a_run_that_ended_has_no_deadlock() -> None:
    checks.assert_no_deadlock(Trace())
    assert checks.find_deadlock(Trace(waits=(Wait("a#0", "for b#0", HERE),))) == []


def test_what_is_left_is_found() -> None:
    trace = Trace(
        holdings=(Holding("charge#0", "Lock orders.py:3", HERE, "ended with OSError"),),
        alive=(Alive("watch#0", "waits for Event orders.py:4 to be set", THERE),),
    )
    with pytest.raises(CheckFailed) as caught:
        checks.assert_cleaned_up(trace)
    assert text_of(caught).splitlines() == [
        "taskfail: this is left behind",
        "  charge#0  ended with OSError, still holds Lock orders.py:3 (taken at orders.py:12)",
        "  watch#0  waits for Event orders.py:4 to be set at orders.py:20",
    ]
    assert len(checks.find_left(trace)) == 2


def test_nothing_left_is_clean() -> None:
    checks.assert_cleaned_up(Trace())
    assert checks.find_left(Trace()) == []


def injected(seen: str, fault: Raise | Hold = ERROR) -> Injected:
    return Injected(fault, Point("call", "send", "work#0"), HERE, seen)


def test_an_exception_that_nobody_saw_is_found() -> None:
    trace = Trace(injected=(injected("the test"), injected("")))
    with pytest.raises(CheckFailed) as caught:
        checks.assert_surfaced(trace)
    assert text_of(caught) == (
        "taskfail: an injected exception was lost\n  raise OSError @ call:send in work#0  nobody has seen it"
    )
    assert len(checks.find_unseen(trace)) == 1


def test_exceptions_that_were_seen_have_surfaced() -> None:
    checks.assert_surfaced(Trace(injected=(injected("the test"), injected("a handler at a.py:3"))))
    assert checks.find_unseen(Trace()) == []


def test_without_a_fault_nothing_can_have_surfaced() -> None:
    with pytest.raises(CheckFailed, match="no fault has fired yet"):
        checks.assert_surfaced(Trace())


def story(*steps: str) -> Trace:
    """Events from texts: `submit 2`, `start 0`, `failed 0`, `cancel 2`, `refused 1`; the number is that of a task `fetch`."""
    events = []
    for step in steps:
        kind, number = step.split()
        name = f"fetch#{number}"
        if kind in ("submit", "cancel", "refused"):
            note = {"cancel": "cancelled", "refused": "refused", "submit": ""}[kind]
            events.append(Event("test", "cancel" if kind == "refused" else kind, name, note=note))
        else:
            events.append(Event(name, kind, "fetch"))
    return Trace(events=tuple(events))


SUBMITTED = ("submit 0", "submit 1", "submit 2", "start 0", "start 1", "failed 0")


def test_pending_tasks_that_were_cancelled_are_in_order() -> None:
    trace = story(*SUBMITTED, "refused 1", "cancel 2", "end 1")
    assert checks.find_not_cancelled(trace, "fetch") == []
    checks.assert_cancelled(trace, "fetch")


def test_a_pending_task_that_nobody_cancelled_is_found() -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.assert_cancelled(story(*SUBMITTED), "fetch")
    assert text_of(caught) == (
        "taskfail: tasks 'fetch' went on after a failure\n  fetch#2  was pending and has not been cancelled"
    )


def test_a_task_that_started_after_the_failure_is_found() -> None:
    assert checks.find_not_cancelled(story(*SUBMITTED, "start 2", "end 2"), "fetch") == [
        "fetch#2  started after the failure of fetch#0"
    ]


def test_what_a_new_worker_begins_after_the_flag_has_its_time_from_its_start() -> None:
    """A worker that is spawned comes up long after; what the pool had fetched for it cannot be cancelled any more."""

    def trace(seconds: float) -> Trace:
        flag = (Event("test", "signal", "Event.set", time=1.0),)
        ran = (Event("fetch#2", "start", "fetch", time=3.0), Event("fetch#2", "end", "fetch", time=3.0 + seconds))
        return Trace(events=(*story("submit 0", "submit 2", "start 0", "failed 0", "refused 2").events, *flag, *ran))

    checks.assert_stopped_all(trace(0.3), "fetch", within=0.5)
    with pytest.raises(CheckFailed, match=r"fetch#2  ran on for 0\.9 s after the flag was set; 0\.5 s are allowed"):
        checks.assert_stopped_all(trace(0.9), "fetch", within=0.5)


def test_a_cancellation_that_was_refused_is_none() -> None:
    assert checks.find_not_cancelled(story(*SUBMITTED, "refused 2"), "fetch") == [
        "fetch#2  was pending and has not been cancelled"
    ]


def test_a_task_may_start_between_the_failure_and_the_reaction_to_it() -> None:
    trace = story("submit 0", "submit 1", "submit 2", "start 0", "failed 0", "start 1", "cancel 2", "end 1")
    assert checks.find_not_cancelled(trace, "fetch") == []


def test_without_a_failure_nothing_shows_whether_tasks_are_cancelled() -> None:
    with pytest.raises(CheckFailed, match="no task has failed"):
        checks.assert_cancelled(story("submit 0", "start 0", "end 0"), "fetch")


def test_a_role_that_no_task_has_is_named_with_those_there_are() -> None:
    with pytest.raises(CheckFailed, match="no task runs 'fech'; tasks that were started: fetch"):
        checks.assert_cancelled(story("submit 0"), "fech")
    with pytest.raises(CheckFailed, match="tasks that were started: none"):
        checks.assert_cancelled(Trace(), "fetch")


def test_the_order_of_steps() -> None:
    trace = story("submit 0", "submit 1", "start 0", "start 1", "end 1", "end 0")
    checks.assert_order(trace, ["start:fetch#0", "end:fetch#0"])
    checks.assert_order(trace, ["submit:fetch#1", {"end:fetch#0", "end:fetch#1"}])
    checks.assert_order(trace, ["start:fetch", "start:fetch", {"end:fetch#0"}])
    with pytest.raises(
        CheckFailed, match=r"assert_order was given no steps; write for instance \['start:fetch#0', 'end:fetch#0'\]"
    ):
        checks.assert_order(trace, [])
    assert checks.find_disorder(trace, ["end:fetch#0", "end:fetch#1"]) == ["end:fetch#1  came too early"]
    assert checks.find_disorder(trace, [{"end:fetch#0", "end:fetch#1"}, "start:fetch#0"]) == ["start:fetch#0  came too early"]
    with pytest.raises(CheckFailed) as caught:
        checks.assert_order(trace, ["start:fetch#0", "failed:fetch#0"])
    assert text_of(caught) == "taskfail: the order is not kept\n  failed:fetch#0  did not come"


def test_a_failed_check_is_a_failed_assertion() -> None:
    assert issubclass(CheckFailed, AssertionError)
