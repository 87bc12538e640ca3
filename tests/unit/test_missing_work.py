"""What the body of a test waits for is not told where only the work of a task is missing that the test has cancelled itself."""

from __future__ import annotations

import dataclasses

import pytest

from pytest_taskfail import Plan, Schedule
from pytest_taskfail.explore.missing_work import is_missing_work
from pytest_taskfail.explore.scaffold import is_endless_poll, is_tests_part
from pytest_taskfail.model.faults import Cancel, Raise
from pytest_taskfail.model.findings import Finding
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Alive, Injected, Place, Trace, Wait

HERE, THERE = Place("queue.py", 7), Place("queue.py", 12)
BODY = Wait("test_it#0", "to be notified", HERE, body="user")
TASK = Wait("get#0", "to be notified", THERE)
STUCK = Finding("deadlock", ())


def struck(*waits: Wait, stopped: str = "deadlock") -> Trace:
    cancelled = Injected(Cancel(), Point("await", "wait@put", "put#1"), HERE, "nothing was raised", ended_tests_task=True)
    return Trace(injected=(cancelled,), stopped=stopped, waits=waits)


def judged(trace: Trace, without: Trace, finding: Finding = STUCK) -> tuple[bool, list[str]]:
    """Whether only work is missing, and the plans of the experiments that were made to know it."""
    plans: list[str] = []

    def run(plan: Plan, schedule: Schedule) -> Trace:
        plans.append(str(plan))
        return without

    return is_missing_work(finding, trace, run), plans


def test_the_body_waits_for_the_same_without_the_task() -> None:
    assert judged(struck(BODY), struck(BODY)) == (True, ["cancel @ start:put#1"])


@pytest.mark.parametrize(
    "without", [Trace(), struck(dataclasses.replace(BODY, place=THERE)), struck(BODY, stopped="livelock"), struck()]
)
def test_without_the_task_it_is_another_end(without: Trace) -> None:
    assert judged(struck(BODY), without)[0] is False


def test_another_task_waits_that_would_not_without_it() -> None:
    assert judged(struck(BODY, TASK), struck(BODY))[0] is False


def test_of_what_somebody_else_waits_for_nothing_is_run_again() -> None:
    kept = dataclasses.replace(BODY, holder="put#1", holder_ended="was cancelled", body="")
    for trace in (struck(TASK), struck(BODY, kept), struck()):
        assert judged(trace, trace) == (False, [])


def test_only_cancelled_tasks_of_the_test_count() -> None:
    trace = struck(BODY)
    of_others = dataclasses.replace(trace.injected[0], ended_tests_task=False)
    failed = dataclasses.replace(trace.injected[0], fault=Raise(OSError))
    for one in (of_others, failed):
        assert judged(dataclasses.replace(trace, injected=(one,)), trace) == (False, [])
    assert judged(trace, trace, Finding("leaked-fd", ())) == (False, [])


def test_a_loop_of_the_tests_own_lines_has_no_end_by_itself() -> None:
    asking = dataclasses.replace(BODY, body="test")
    law = Finding("livelock", ())
    assert is_endless_poll(law, struck(asking, stopped="livelock"))
    assert not is_endless_poll(law, struck(BODY, stopped="livelock"))
    assert not is_endless_poll(STUCK, struck(asking))
    of_others = dataclasses.replace(struck().injected[0], ended_tests_task=False)
    assert not is_endless_poll(law, Trace(injected=(of_others,), waits=(asking,)))


def test_of_a_task_that_the_test_has_started_it_may_look_at_no_result() -> None:
    lost = Finding("lost-exception", ())
    own = dataclasses.replace(struck().injected[0], fault=Raise(OSError))
    assert is_tests_part(lost, Trace(injected=(own,)))
    assert not is_tests_part(lost, Trace(injected=(dataclasses.replace(own, ended_tests_task=False),)))
    assert not is_tests_part(STUCK, Trace(injected=(own,)))


def test_a_task_that_only_production_code_knew_is_not_for_the_test_to_end() -> None:
    left = Finding("leaked-task", (), place=str(HERE))
    own = dataclasses.replace(struck().injected[0], fault=Raise(OSError), by_test=True)
    alive = Alive("ping#0", "is not done", THERE, HERE, kind="task")
    assert is_tests_part(left, Trace(injected=(own,), alive=(alive,)))
    assert not is_tests_part(left, Trace(injected=(own,), alive=(dataclasses.replace(alive, lost=True),)))
