"""The fixture `taskfail`: faults placed by hand in ordinary tests, and the assertion helpers."""

from __future__ import annotations

import pytest
from plugin_runs import Run, fails_in

HEAD = """
import queue
import threading
import pytest
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pytest_taskfail import (
    Cancel, CheckFailed, Delay, Drop, Duplicate, Expire, Hold, Plan, PlanError, Raise, Schedule, Twice, UnfiredFault,
)

def fetch(number):
    return number

def fetch_all(workers=2, count=3):
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(fetch, number) for number in range(count)]
        return [job.result() for job in jobs]

def says(caught):
    return str(caught.value)
"""


def test_each_fault_happens_where_it_is_placed(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_faults=HEAD
        + """
def failed():
    got = []
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(fetch, number) for number in range(3)]
    return [type(job.exception()).__name__ if job.exception() else job.result() for job in jobs]

def test_raise_at_start(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#2")
    assert failed() == [0, 1, "ConnectionError"]

def test_raise_an_instance(taskfail):
    error = ValueError("mine")
    taskfail.inject(Raise(error), at="start:fetch#1")
    with pytest.raises(ValueError) as caught:
        fetch_all()
    assert caught.value is error

def test_raise_at_end(taskfail):
    done = []
    def work():
        done.append(1)
    taskfail.inject(Raise(OSError), at="end:work")
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(work)
    assert isinstance(job.exception(), OSError)
    assert done == [1]

def test_raise_at_call_once_and_always(taskfail):
    def work():
        got = []
        for number in range(3):
            try:
                got.append(fetch(number))
            except OSError:
                got.append("failed")
        return got
    taskfail.inject("raise OSError @ call:fetch#1 in work#0")
    taskfail.inject("raise OSError always", at="call:fetch in work#1")
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(work) for _ in range(2)]
    assert [job.result() for job in jobs] == [[0, "failed", 2], ["failed"] * 3]

def test_raise_after_the_call(taskfail):
    effects = []
    def charge():
        effects.append(1)
        return 1
    def work():
        try:
            return charge()
        except OSError:
            return "lost"
    taskfail.inject(Raise(OSError, after=True), at="call:charge")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() == "lost"
    assert effects == [1]

def test_raise_at_submit(taskfail):
    taskfail.inject(Raise(RuntimeError("cannot schedule new futures")), at="submit:*")
    with pytest.raises(RuntimeError, match="cannot schedule"):
        fetch_all()

def test_hold_and_a_time_limit(taskfail):
    lock = threading.Lock()
    def work():
        got = lock.acquire(timeout=5)
        if got:
            lock.release()
        return got
    taskfail.inject(Hold(60), at="acquire:Lock@*work in work#1")
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(work) for _ in range(2)]
    assert jobs[0].result() is True

def test_drop(taskfail):
    event = threading.Event()
    def work():
        event.set()
    taskfail.inject(Drop(), at="signal:Event.set@*")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
        assert not event.wait(timeout=100)

def test_duplicate(taskfail):
    inbox = queue.Queue()
    def work():
        inbox.put("one")
    taskfail.inject(Duplicate(), at="signal:Queue.put@*")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
    assert [inbox.get_nowait(), inbox.get_nowait()] == ["one", "one"]
    assert inbox.empty()

def test_delay(taskfail):
    import time
    began = time.monotonic()
    taskfail.inject(Delay(3600), at="start:fetch#0")
    assert fetch_all() == [0, 1, 2]
    assert 3600 <= time.monotonic() - began < 3700

def test_twice(taskfail):
    ran = []
    taskfail.inject(Twice(), at="start:append")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ran.append, 1).result()
    assert ran == [1, 1]

def test_expire(taskfail):
    inbox = queue.Queue()
    def ask():
        try:
            return inbox.get(timeout=5)
        except queue.Empty:
            return "nothing"
    def answer():
        inbox.put("something")
    taskfail.inject(Expire(), at="timer:Queue.get@*ask")
    with ThreadPoolExecutor(2) as pool:
        job = pool.submit(ask)
        pool.submit(answer).result()
    assert job.result() == "nothing"

def test_two_faults(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    taskfail.inject(Raise(OSError), at="start:fetch#2")
    assert failed() == ["ConnectionError", 1, "OSError"]

def test_selector_and_point_objects(taskfail):
    from pytest_taskfail import Point, Selector
    taskfail.inject(Raise(ConnectionError), at=Selector.parse("start:fetch#0"))
    taskfail.inject(Raise(OSError), at=Point.parse("start:fetch#2"))
    assert failed() == ["ConnectionError", 1, "OSError"]
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=14)


def test_what_cannot_be_is_refused_in_words(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_refused=HEAD
        + """
def test_unknown_kind_of_point(taskfail):
    with pytest.raises(PlanError) as caught:
        taskfail.inject(Raise(OSError), at="strat:fetch")
    assert says(caught) == (
        "'strat:fetch': there is no kind of point 'strat'; did you mean 'start'? "
        "The kinds are submit, start, call, end, acquire, signal, timer, await, pickle"
    )

@pytest.mark.parametrize(("fault", "at", "text"), [
    (Drop(), "start:fetch", "'drop' cannot happen at start:fetch: it can at the kinds signal"),
    (Hold(), "call:fetch", "'hold' cannot happen at call:fetch: it can at the kinds acquire"),
    (Twice(), "end:fetch", "'twice' cannot happen at end:fetch: it can at the kinds start"),
    (Expire(), "signal:Event.set", "'expire' cannot happen at signal:Event.set: it can at the kinds timer"),
    (Duplicate(), "start:fetch", "'duplicate' cannot happen at start:fetch: it can at the kinds signal"),
    (Delay(1), "acquire:Lock", "'delay 1' cannot happen at acquire:Lock: it can at the kinds submit, start, end, signal"),
    (Raise(OSError), "signal:Event.set",
     "'raise OSError' cannot happen at signal:Event.set: it can at the kinds submit, start, call, await, end"),
    (Cancel(), "call:fetch", "'cancel' cannot happen at call:fetch: it can at the kinds start, await"),
])
def test_impossible(taskfail, fault, at, text):
    with pytest.raises(PlanError) as caught:
        taskfail.inject(fault, at=at)
    assert says(caught) == text

@pytest.mark.parametrize(("arguments", "text"), [
    (("raise OSError",), "inject('raise OSError'): it is not said where; give at=..., for instance at='start:fetch#2'"),
    ((KeyError, "start:fetch"),
     "inject(<class 'KeyError'>): that is no fault; give Raise(KeyError), or its text, 'raise KeyError'"),
    ((7, "start:fetch"), "inject(7): that is no fault; give Raise(OSError), or its text, 'raise OSError'"),
])
def test_not_a_fault(taskfail, arguments, text):
    with pytest.raises(PlanError) as caught:
        taskfail.inject(*arguments)
    assert says(caught) == text

def test_after_at_a_start_is_impossible(taskfail):
    with pytest.raises(PlanError):
        taskfail.inject(Raise(OSError, after=True), at="start:fetch")

def test_wrap_of_something_else(taskfail):
    with pytest.raises(PlanError) as caught:
        taskfail.wrap(42)
    assert says(caught) == "taskfail.wrap: nothing is known of a int; give an executor, or an object with 'submit'"

def test_nested_experiment(taskfail):
    taskfail.inject(Raise(OSError), at="start:fetch#0")
    with pytest.raises(PlanError) as caught:
        with taskfail.experiment("drop @ signal:Event.set"):
            pass
    assert says(caught) == "an experiment is under way already; inject adds to its plan"
    with pytest.raises(OSError):
        fetch_all()

def test_bad_plan_text(taskfail):
    with pytest.raises(PlanError, match="does not say where"):
        with taskfail.experiment("rubbish"):
            pass
    with pytest.raises(PlanError, match="is not a schedule"):
        with taskfail.experiment("", "rubbish"):
            pass

@pytest.fixture
def early(taskfail):
    with pytest.raises(PlanError) as caught:
        taskfail.inject(Raise(OSError), at="start:fetch#0")
    return says(caught)

def test_outside(early, taskfail):
    assert early == (
        "taskfail.inject outside of an experiment; inside of a Hypothesis test use 'with taskfail.experiment(plan):'"
    )
"""
    )
    result = run("-q")
    assert fails_in(result) == []


def test_a_fault_that_never_fired_fails_the_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_unfired=HEAD
        + """
def test_unfired(taskfail):
    taskfail.inject(Raise(OSError), at="start:fetch#7")
    fetch_all()

def test_no_task(taskfail):
    taskfail.inject(Raise(OSError), at="call:fetch")

def test_unfired_and_failed(taskfail):
    taskfail.inject(Raise(OSError), at="start:fetch#7")
    assert fetch_all() == "its own message"

def test_of_two_one_fired(taskfail):
    taskfail.inject(Raise(OSError), at="start:fetch#0")
    taskfail.inject(Drop(), at="signal:Event.sett")
    with pytest.raises(OSError):
        fetch_all()

def test_in_experiment(taskfail):
    with pytest.raises(UnfiredFault, match="never fired: raise OSError @ start:fetch#9"):
        with taskfail.experiment("raise OSError @ start:fetch#9"):
            fetch_all()

def test_skips(taskfail):
    taskfail.inject(Raise(OSError), at="start:fetch#7")
    pytest.skip("not here")

def test_cancelled_before_it_came(taskfail):
    import asyncio
    async def serve():
        await asyncio.Queue().get()
    async def main():
        service = asyncio.create_task(serve())
        await asyncio.sleep(1)
        service.cancel()
        await asyncio.gather(service, return_exceptions=True)
    taskfail.inject(Raise(OSError), at="await:Queue.get@serve")
    asyncio.run(main())
"""
    )
    result = run()
    text = result.stdout.str()
    result.assert_outcomes(passed=1, failed=5, skipped=1)
    assert "UnfiredFault: the planned fault never fired: raise OSError @ start:fetch#7\n  points that were reached:\n" in text
    for name in ("start:fetch#0", "start:fetch#1", "start:fetch#2"):
        assert f"    {name}" in text
    assert "the planned fault never fired: raise OSError @ call:fetch" in text
    assert "the planned fault never fired: raise OSError @ await:Queue.get@serve" in text
    assert "    await:Queue.get@serve in serve#0\n" in text
    assert "  points that were reached: none: no task was started" in text
    assert "its own message" in text
    assert "the planned fault never fired: drop @ signal:Event.sett" in text


def test_a_failing_test_says_that_its_fault_never_fired(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_failing=HEAD
        + """
def test_failing(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#7")
    fetch_all()
    assert False, "a ConnectionError was expected"
"""
    )
    text = run().stdout.str()
    assert "a ConnectionError was expected" in text
    assert "taskfail: the planned fault never fired: raise ConnectionError @ start:fetch#7" in text


def test_checks_pass_and_fail_with_their_text(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_checks=HEAD
        + """
def stop_all(count=4, careless=False):
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(fetch, number) for number in range(count)]
        wait(jobs, return_when=FIRST_EXCEPTION)
        if not careless:
            for job in jobs:
                job.cancel()
    return jobs

def test_cancelled(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(fetch, number) for number in range(4)]
        jobs[0].exception()
        pool.shutdown(cancel_futures=True)
    taskfail.assert_cleaned_up()
    taskfail.assert_surfaced()
    taskfail.assert_no_deadlock()
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_cancelled("fetched")
    assert says(caught) == "taskfail: no task runs 'fetched'; tasks that were started: fetch"

def test_not_cancelled(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    stop_all(careless=True)
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_cancelled("fetch")
    lines = says(caught).splitlines()
    assert lines[0] == "taskfail: tasks 'fetch' went on after a failure"
    assert "  fetch#3  started after the failure of fetch#0" in lines

def test_nothing_failed(taskfail):
    fetch_all()
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_cancelled("fetch")
    assert says(caught) == "taskfail: tasks 'fetch' went on after a failure\\n  no task has failed"

def test_not_surfaced(taskfail):
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_surfaced()
    assert says(caught) == "taskfail: no fault has fired yet, so nothing can have surfaced"
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(fetch, 1)
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_surfaced()
    assert says(caught) == (
        "taskfail: an injected exception was lost\\n  raise ConnectionError @ start:fetch#0  nobody has seen it"
    )

def test_left_behind(taskfail):
    lock = threading.Lock()
    def work(number):
        lock.acquire()
        fetch(number)
        lock.release()
    taskfail.inject(Raise(ConnectionError), at="call:fetch in work#1")
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(work, number) for number in range(2)]
    assert jobs[1].exception()
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_cleaned_up()
    lines = says(caught).splitlines()
    assert lines[0] == "taskfail: this is left behind"
    assert lines[1].startswith("  work#1  ended with ConnectionError, still holds Lock test_checks.py:")
    lock.release()

def test_thread_left_behind(taskfail):
    event = threading.Event()
    thread = threading.Thread(target=event.wait, name="waiter", daemon=True)
    thread.start()
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_cleaned_up()
    assert says(caught).startswith("taskfail: this is left behind\\n  wait#0  waits for Event test_checks.py:")
    event.set()
    thread.join()
    taskfail.assert_cleaned_up()

def test_order(taskfail):
    fetch_all(workers=1)
    taskfail.assert_order(["start:fetch#0", "end:fetch#0", "start:fetch#1", {"end:fetch#2", "start:fetch#2"}])
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_order(["start:fetch#1", "end:fetch#0"])
    assert says(caught) == "taskfail: the order is not kept\\n  end:fetch#0  came too early"
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_order(["start:fetch#1", "start:fetch#9"])
    assert says(caught) == "taskfail: the order is not kept\\n  start:fetch#9  did not come"

def test_trace(taskfail):
    fetch_all()
    trace = taskfail.trace
    assert [event.task for event in trace.events if event.kind == "start"] == ["fetch#0", "fetch#1", "fetch#2"]
    assert trace.stopped == ""
    assert not trace.injected

def test_checks_are_functions_of_a_trace(taskfail):
    from pytest_taskfail import assert_no_deadlock, find_deadlock, find_left, find_unseen
    fetch_all()
    assert_no_deadlock(taskfail.trace)
    assert find_deadlock(taskfail.trace) == find_left(taskfail.trace) == find_unseen(taskfail.trace) == []
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=9)


def test_pending_tasks_that_were_cancelled(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_cancelled=HEAD
        + """
def work(number):
    return number

def test_cancelled(taskfail):
    gate = threading.Event()
    def slow(number):
        gate.wait(5)
        return number
    taskfail.inject(Raise(ConnectionError), at="start:slow#0")
    pool = ThreadPoolExecutor(1)
    jobs = [pool.submit(slow, number) for number in range(4)]
    jobs[0].exception()
    for job in jobs:
        job.cancel()
    gate.set()
    pool.shutdown()
    taskfail.assert_cancelled("slow")
"""
    )
    result = run("-q")
    assert fails_in(result) == []


def test_a_deadlock_in_a_test_of_ones_own_is_one_failed_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_own=HEAD
        + """
def test_deadlock(taskfail):
    event = threading.Event()
    def work():
        event.set()
    taskfail.inject(Drop(), at="signal:Event.set@*")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        event.wait()

def test_deadlock_in_an_experiment(taskfail):
    with taskfail.experiment("drop @ signal:Event.set@*"):
        event = threading.Event()
        def work():
            event.set()
        threading.Thread(target=work).start()
        event.wait()

def test_next():
    event = threading.Event()
    threading.Thread(target=event.set).start()
    assert event.wait(10)
"""
    )
    result = run("-k", "test_deadlock or test_next")
    text = result.stdout.str()
    assert fails_in(result) == ["test_deadlock", "test_deadlock_in_an_experiment"]
    assert "taskfail: DEADLOCK when Event.set is lost in task work#0\n  test      waits for Event test_own.py:" in text
    assert "FAILED test_own.py::test_deadlock - Failed: taskfail: DEADLOCK" in text


def test_a_verdict_does_not_depend_on_which_plugins_have_threads(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_own=HEAD
        + """
def test_deadlock(taskfail):
    event = threading.Event()
    def work():
        event.set()
    taskfail.inject(Drop(), at="signal:Event.set@*")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        event.wait()
"""
    )
    result = run(use=("rerunfailures", "xdist"))
    text = result.stdout.str()
    assert "taskfail: DEADLOCK when Event.set is lost in task work#0\n  test      waits for Event test_own.py:" in text
    assert "During handling" not in text


def test_wrap(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_wrapped=HEAD
        + """
class Own:
    # A user's own executor: one thread for each task.
    def __init__(self):
        self.closed = False
        self.name = "own"

    def submit(self, function, *args, **kwargs):
        from concurrent.futures import Future
        future = Future()
        def run():
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)
        threading.Thread(target=run).start()
        return future

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.closed = True

def test_pool(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#2")
    with taskfail.wrap(ThreadPoolExecutor(2)) as pool:
        jobs = [pool.submit(fetch, number) for number in range(3)]
        with pytest.raises(ConnectionError):
            [job.result() for job in jobs]
    taskfail.assert_cleaned_up()

def test_own(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#1")
    own = Own()
    with taskfail.wrap(own) as pool:
        assert pool.name == "own"
        jobs = [pool.submit(fetch, number) for number in range(3)]
        assert isinstance(jobs[1].exception(), ConnectionError)
        assert [jobs[0].result(), jobs[2].result()] == [0, 2]
    assert own.closed

def test_subclass(taskfail):
    class Loud(ThreadPoolExecutor):
        def submit(self, function, /, *args, **kwargs):
            return super().submit(function, *args, **kwargs)
    taskfail.inject(Raise(ConnectionError), at="start:fetch#1")
    with taskfail.wrap(Loud(2)) as pool:
        jobs = [pool.submit(fetch, number) for number in range(3)]
        assert isinstance(jobs[1].exception(), ConnectionError)
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=3)


def test_experiments_inside_of_tests_and_of_hypothesis(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_property=HEAD
        + """
from hypothesis import given, settings, strategies as st

plans = st.sampled_from(["", "raise OSError @ start:fetch#0", "raise ConnectionError @ start:fetch#2", "twice @ start:fetch#1"])
count = []

@settings(max_examples=20, deadline=None)
@given(plan=plans)
def test_given(taskfail, plan):
    count.append(plan)
    with taskfail.experiment(plan):
        try:
            assert fetch_all() == [0, 1, 2]
        except OSError:
            assert "raise" in plan
        taskfail.assert_cleaned_up()

def test_ran_several():
    assert len(set(count)) == 4

@settings(deadline=None)
@given(plan=plans)
def test_given_fails(taskfail, plan):
    with taskfail.experiment(plan):
        assert fetch_all() == [0, 1, 2]

@settings(deadline=None)
@given(number=st.integers(0, 3))
def test_given_outside(taskfail, number):
    with pytest.raises(PlanError, match="inside of a Hypothesis test use 'with taskfail.experiment"):
        taskfail.inject(Raise(OSError), at="start:fetch#0")

def test_several_in_one_test(taskfail):
    for plan in ("", Plan(), Plan.parse("raise OSError @ start:fetch#1")):
        with taskfail.experiment(plan) as same:
            assert same is taskfail
            try:
                assert fetch_all() == [0, 1, 2]
            except OSError:
                assert str(plan)

def test_an_error_leaves_the_experiment(taskfail):
    with pytest.raises(KeyError):
        with taskfail.experiment():
            raise KeyError("mine")
    with taskfail.experiment():
        assert fetch_all() == [0, 1, 2]
"""
    )
    result = run()
    text = result.stdout.str()
    assert "HealthCheck" not in text
    assert fails_in(result) == ["test_given_fails"]
    assert "plan='raise" in text


def test_the_fixture_with_the_option_and_with_xdist(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_both=HEAD
        + """
def test_by_hand(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    with pytest.raises(ConnectionError):
        fetch_all()

class TestClass:
    @pytest.mark.parametrize("number", [0, 1])
    def test_method(self, taskfail, number):
        taskfail.inject(Raise(ConnectionError), at=f"start:fetch#{number}")
        with pytest.raises(ConnectionError):
            fetch_all()

def test_explored():
    fetch_all()
"""
    )
    for arguments in ([], ["--taskfail", "--taskfail-budget=1"], ["--no-taskfail"]):
        run(*arguments).assert_outcomes(passed=4)
    run("--taskfail", "--taskfail-budget=1", "-n", "2", use=("xdist",)).assert_outcomes(passed=4)


def test_a_loop_is_under_control_at_once_also_where_it_is_imported_on_the_way(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins import asyncio first
    pytester.makepyfile(
        """
def test_by_hand(taskfail):
    with open("runs.txt", "a") as runs:
        runs.write("ran\\n")
    import asyncio
    asyncio.run(asyncio.sleep(3600))
"""
    )
    pytester.runpytest_subprocess("-p", "taskfail").assert_outcomes(passed=1)
    assert (pytester.path / "runs.txt").read_text() == "ran\n"
