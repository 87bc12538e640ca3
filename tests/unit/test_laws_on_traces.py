"""The universal laws on traces written by hand: a finding is always a difference from the fault-free run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_taskfail import laws
from pytest_taskfail.model.faults import Raise
from pytest_taskfail.model.findings import LAWS
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Alive, HandlerFailure, Holding, Injected, Opened, Orphan, Place, Swallowed, Trace, Wait

CLEAN = Trace()
MADE, TAKEN, WAITS = Place("a.py", 3), Place("a.py", 12, "charge"), Place("a.py", 20, "charge")
LEAK = Holding("charge#0", "Lock a.py:3", TAKEN, "ended with OSError")
OPENED = Opened("a file", "save#1", TAKEN)
LEFT = Alive("watch#0", "waits for Event a.py:4 to be set", WAITS, MADE)


def found(trace: Trace, golden: Trace = CLEAN) -> list[str]:
    return [finding.law for finding in laws.judge(trace, golden)]


def test_a_run_like_the_fault_free_one_is_not_accused() -> None:
    assert found(Trace()) == []


@pytest.mark.parametrize(
    ("why", "law"), [("deadlock", "deadlock"), ("livelock", "livelock"), ("hang", "hang"), ("stalled", "hang")]
)
def test_a_run_that_was_stopped_is_a_finding(why: str, law: str) -> None:
    assert found(Trace(stopped=why)) == [law]
    assert law in LAWS


def test_where_a_lock_was_taken_is_said_only_where_it_is_known() -> None:
    wait = Wait("charge#1", "for a token of CapacityLimiter", WAITS, "charge#0", "ended")
    (finding,) = laws.stopped(Trace(stopped="deadlock", waits=(wait,)), CLEAN)
    assert finding.lines == ("charge#0  ended, still holds CapacityLimiter", "charge#1  waits for that lock at a.py:20")


def test_a_deadlock_says_who_waits_for_what_held_by_whom() -> None:
    trace = Trace(
        stopped="deadlock",
        waits=(
            Wait("test", "for charge#1", Place("a.py", 31)),
            Wait("charge#1", "for Lock a.py:3", WAITS, "charge#0", "ended with OSError", TAKEN),
        ),
    )
    (finding,) = laws.judge(trace, Trace())
    assert finding.lines == (
        "charge#0  ended with OSError, still holds Lock a.py:3 (taken at a.py:12)",
        "charge#1  waits for that lock at a.py:20",
        "test  waits for charge#1 at a.py:31",
    )
    assert finding.key == ("deadlock", "a.py:20", "charge")


def test_a_circle_of_locks_that_is_there_after_the_test_is_a_deadlock_and_its_threads_are_no_leak() -> None:
    circle = (
        Wait("put#0", "for Lock a.py:3", WAITS, "rebuild#0", "", TAKEN),
        Wait("rebuild#0", "for Lock a.py:9", MADE, "put#0", "", Place("a.py", 19)),
    )
    left = (replace(LEFT, task="put#0"), replace(LEFT, task="rebuild#0"))
    (finding,) = laws.judge(Trace(waits=circle, alive=left), CLEAN)
    assert finding.law == "deadlock"
    assert finding.lines == (
        "put#0  waits for Lock a.py:3, held by rebuild#0 (taken at a.py:12) at a.py:20",
        "rebuild#0  waits for Lock a.py:9, held by put#0 (taken at a.py:19) at a.py:3",
    )
    assert found(Trace(waits=circle, alive=left), Trace(waits=circle, alive=left)) == []


def test_a_lock_that_its_holder_asks_for_again_is_named_so() -> None:
    wait = Wait("add#0", "for Lock a.py:3", WAITS, "add#0", "", TAKEN)
    (finding,) = laws.judge(Trace(stopped="deadlock", waits=(wait,)), Trace())
    assert finding.lines == ("add#0  waits for Lock a.py:3, which it holds itself (taken at a.py:12) at a.py:20",)


def test_two_locks_taken_crosswise_name_both_holders() -> None:
    waits = (
        Wait("left#0", "for Lock a.py:4", WAITS, "right#0", "", Place("a.py", 15)),
        Wait("right#0", "for Lock a.py:3", Place("a.py", 16), "left#0", "", TAKEN),
    )
    (finding,) = laws.judge(Trace(stopped="deadlock", waits=waits), Trace())
    assert finding.lines == (
        "left#0  waits for Lock a.py:4, held by right#0 (taken at a.py:15) at a.py:20",
        "right#0  waits for Lock a.py:3, held by left#0 (taken at a.py:12) at a.py:16",
    )


def test_a_thread_that_computes_is_not_said_to_wait() -> None:
    (finding,) = laws.judge(Trace(stopped="livelock", waits=(Wait("count#0", "runs on", WAITS),)), Trace())
    assert finding.lines == ("count#0  runs on at a.py:20",)


def test_idle_workers_are_left_out_where_others_tell_more() -> None:
    waits = (Wait("worker#0", "for an item of SimpleQueue", Place()), Wait("test", "for fetch#0", WAITS))
    (finding,) = laws.judge(Trace(stopped="deadlock", waits=waits), Trace())
    assert finding.lines == ("test  waits for fetch#0 at a.py:20",)


def test_a_lock_held_by_an_ended_task_is_a_finding() -> None:
    (finding,) = laws.judge(Trace(holdings=(LEAK,)), Trace())
    assert finding.lines == ("charge#0  ended with OSError, still holds Lock a.py:3 (taken at a.py:12)",)
    assert finding.key == ("leaked-lock", "a.py:12", "charge")


def test_a_lock_that_the_fault_free_run_leaves_held_too_is_not() -> None:
    assert found(Trace(holdings=(LEAK,)), Trace(holdings=(replace(LEAK, task="charge#4", ended="ended"),))) == []
    assert found(Trace(holdings=(LEAK,)), Trace(holdings=(replace(LEAK, taken=MADE),))) == ["leaked-lock"]
    assert found(Trace(holdings=(LEAK,)), Trace(holdings=(replace(LEAK, task="pay#0"),))) == ["leaked-lock"]


def test_a_lock_that_nobody_else_uses_is_not() -> None:
    assert found(Trace(holdings=(replace(LEAK, shared=False),))) == []


def test_a_thread_that_is_left_is_a_finding() -> None:
    (finding,) = laws.judge(Trace(alive=(LEFT,)), Trace())
    assert finding.lines == (
        "watch#0  waits for Event a.py:4 to be set at a.py:20, after the test has ended (started at a.py:3)",
    )


def test_the_worker_of_a_pool_is_at_no_line_of_the_user_s() -> None:
    idle = replace(LEFT, what="waits for another task of its pool", place=Place())
    (finding,) = laws.judge(Trace(alive=(idle,)), Trace())
    assert finding.lines == ("watch#0  waits for another task of its pool, after the test has ended (started at a.py:3)",)


def test_a_thread_that_the_fault_free_run_leaves_too_is_not() -> None:
    assert found(Trace(alive=(LEFT,)), Trace(alive=(replace(LEFT, task="watch#3"),))) == []


def test_a_thread_that_the_test_itself_started_is_the_test_s_untidiness() -> None:
    assert found(Trace(alive=(replace(LEFT, by_test=True),))) == []


def test_what_is_left_by_a_run_that_was_stopped_is_no_second_finding() -> None:
    assert found(Trace(stopped="deadlock", alive=(LEFT,))) == ["deadlock"]


def test_what_is_open_after_the_test_is_a_finding() -> None:
    (finding,) = laws.judge(Trace(opened=(OPENED, OPENED)), Trace())
    assert finding.lines == ("save#1  opened a file at a.py:12; it is open after the test has ended",)
    assert finding.key == ("leaked-fd", "a.py:12", "save")


def test_what_the_fault_free_run_leaves_open_too_is_not_unless_there_is_more_of_it() -> None:
    before = Trace(opened=(replace(OPENED, task="save#0"),))
    assert found(Trace(opened=(OPENED,)), before) == []
    assert found(Trace(opened=(OPENED, OPENED)), before) == ["leaked-fd"]
    assert found(Trace(opened=(replace(OPENED, place=MADE),)), before) == ["leaked-fd"]


def test_what_the_test_leaves_open_or_nobody_was_seen_to_open_is_not() -> None:
    assert found(Trace(opened=(replace(OPENED, by_test=True), Opened("a socket")))) == []
    assert found(Trace(stopped="deadlock", opened=(OPENED,))) == ["deadlock"]


def injected(seen: str) -> Injected:
    return Injected(Raise(OSError), Point("call", "send", "work#0"), WAITS, seen)


def test_an_exception_that_nobody_saw_is_a_finding() -> None:
    (finding,) = laws.judge(Trace(injected=(injected(""),)), Trace())
    assert finding.law == "lost-exception"
    assert finding.lines[0] == "work#0  ended with the exception raised at a.py:20"


def test_an_exception_that_somebody_saw_is_not() -> None:
    assert found(Trace(injected=(injected("the test"),))) == []
    assert found(Trace(injected=(injected(""), injected("a handler at a.py:9")))) == []
    assert found(Trace(stopped="deadlock", injected=(injected(""),))) == ["deadlock"]


def test_an_exception_whose_consequence_was_read_is_not_lost() -> None:
    """Who reads the results one by one stops at the first that failed."""
    broken = Trace(injected=(injected(""),), failed=(("work#0", "ConnectionError"), ("work#1", "BrokenBarrierError")))
    assert found(replace(broken, unread=(("work#0", "..."),))) == []
    both = (("work#0", "..."), ("work#1", "..."))
    assert found(replace(broken, unread=both)) == ["lost-exception"]
    assert found(replace(broken, failed=(("work#0", "OSError"), ("other#0/work#1", "OSError")))) == ["lost-exception"]
    golden = Trace(failed=(("work#1", "BrokenBarrierError"),))
    assert found(broken, golden) == ["lost-exception"]  # that fails anyway


def test_a_handler_that_fails_is_a_finding() -> None:
    failure = HandlerFailure("work#0", "NameError: name 'x' is not defined", WAITS, "OSError")
    (finding,) = laws.judge(Trace(handler_failures=(failure,)), Trace())
    assert finding.law == "broken-handler"
    assert finding.lines == ("work#0  NameError: name 'x' is not defined at a.py:20, while handling OSError",)
    (finding,) = laws.judge(Trace(handler_failures=(replace(failure, after=True),)), Trace())
    assert finding.lines == ("work#0  NameError: name 'x' is not defined at a.py:20, after it has handled OSError",)


def test_findings_of_one_law_place_and_holder_are_one() -> None:
    assert found(Trace(holdings=(LEAK, replace(LEAK, task="charge#1")))) == ["leaked-lock"]
    assert found(Trace(holdings=(LEAK, replace(LEAK, taken=MADE)))) == ["leaked-lock", "leaked-lock"]


# ---------------------------------------------------------------------- tasks of event loops

TASK = replace(LEFT, what="is not done", kind="task")
SWALLOWED = Swallowed("poll#1", Place("a.py", 7), Place("a.py", 9), Place("a.py", 11))
ORPHAN = Orphan("part#2", Place("a.py", 7), "run#0", Place("a.py", 30), "part#0")


def test_a_task_that_is_left() -> None:
    (finding,) = laws.judge(Trace(alive=(TASK,)), CLEAN)
    assert (finding.law, finding.place) == ("leaked-task", "a.py:3")
    assert finding.lines == ("watch#0  is not done at a.py:20, after what its event loop ran for has ended (started at a.py:3)",)
    assert found(Trace(alive=(TASK,)), Trace(alive=(TASK,))) == []
    assert found(Trace(alive=(replace(TASK, by_test=True),))) == []


def test_a_cancellation_that_was_swallowed() -> None:
    (finding,) = laws.judge(Trace(swallowed=(SWALLOWED,)), CLEAN)
    assert (finding.law, finding.place, finding.holder) == ("swallowed-cancel", "a.py:9", "poll")
    assert finding.lines == (
        "poll#1  was cancelled at a.py:7; the handler around a.py:9 took that for any other failure",
        "poll#1  went on, to a.py:11",
    )
    assert found(Trace(swallowed=(SWALLOWED,)), Trace(swallowed=(replace(SWALLOWED, task="poll#0"),))) == []
    assert found(Trace(swallowed=(SWALLOWED,), stopped="deadlock")) == ["deadlock"]


def test_an_orphan() -> None:
    (finding,) = laws.judge(Trace(orphans=(ORPHAN,)), CLEAN)
    assert (finding.law, finding.place, finding.holder) == ("orphan", "a.py:30", "part")
    assert finding.lines == (
        "part#0  failed, which ended the gather of run#0 at a.py:30",
        "part#2  goes on at a.py:7; nobody cancels it or waits for it",
    )
    assert found(Trace(orphans=(ORPHAN,)), Trace(orphans=(replace(ORPHAN, task="part#1"),))) == []
    assert found(Trace(orphans=(ORPHAN,), stopped="hang")) == ["hang"]


def test_a_task_whose_turn_to_be_awaited_never_came() -> None:
    known = Trace(joined=(("run#0", "part#2"),))
    (finding,) = laws.judge(Trace(orphans=(replace(ORPHAN, how="await"),)), known)
    assert finding.lines[0] == "part#0  failed, which ended the await of run#0 at a.py:30"
    (finding,) = laws.judge(Trace(orphans=(replace(ORPHAN, how="cancelled", failed=""),)), known)
    assert finding.lines[0] == "run#0  was cancelled at a.py:30"


def test_one_that_is_not_awaited_without_a_fault_either_is_no_orphan() -> None:
    other = Trace(joined=(("run#0", "part#1"), ("run#1", "part#2")))
    assert found(Trace(orphans=(replace(ORPHAN, how="await"), replace(ORPHAN, how="cancelled"))), other) == []


def test_what_fails_in_a_task_whose_future_nobody_reads_is_one_finding_at_the_line_that_submits_it() -> None:
    started = Place("a.py", 40)
    faults = [
        Injected(Raise(OSError), Point("call", name, "render#0"), Place("a.py", line), "", started=started)
        for name, line in (("layout", 11), ("draw", 12))
    ]
    (first,), (second,) = (laws.judge(Trace(injected=(fault,)), CLEAN) for fault in faults)
    assert first.key == second.key == ("lost-exception", "a.py:40", "render")
    assert first.lines == (
        "render#0  ended with the exception raised at a.py:11",
        "          nobody read its future (submitted at a.py:40), no handler, no log: the failure is silent",
    )


def test_an_exception_that_a_pool_could_not_rebuild_is_lost_and_why_is_said() -> None:
    lost = "the pool could not rebuild it from its pickle: TypeError: page is missing"
    for words, said in (("", "nobody read its future, no handler, no log: the failure is silent"), (lost, lost)):
        fault = Injected(Raise(OSError), Point("call", "layout", "render#0"), TAKEN, "", lost=words)
        (finding,) = laws.judge(Trace(injected=(fault,)), CLEAN)
        assert finding.lines == (f"render#0  ended with the exception raised at {TAKEN}", f"          {said}")
    failed = (("render#1", "BrokenProcessPool"),)
    assert found(Trace(injected=(fault,), failed=failed)) == ["lost-exception"], "what the pool has lost no other task has told"
