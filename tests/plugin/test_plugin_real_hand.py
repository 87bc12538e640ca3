"""Faults placed by hand in tests that start processes: the fixture `taskfail` in a real experiment."""

from __future__ import annotations

import re

import pytest
from plugin_runs import Run, fails_in

from pytest_taskfail.runtime.processes import world

pytestmark = pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")

HEAD = """
import multiprocessing
import os
import pytest
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pytest_taskfail import Drop, Expire, Kill, Pickle, PlanError, Raise

FORK = multiprocessing.get_context("fork")

def fetch(number):
    return number

def work(number):
    return fetch(number) + 1
"""


def test_each_fault_of_processes_happens_where_it_is_placed(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_faults=HEAD
        + """
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_kill(taskfail, method):
    taskfail.inject(Kill(), at="start:work#2")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        jobs = [pool.submit(work, number) for number in range(3)]
    assert isinstance(jobs[2].exception(), BrokenProcessPool)
    taskfail.assert_order(["end:work#1", "start:work#2"])

def test_retried_on_another_worker(taskfail):
    taskfail.inject(Kill(), at="call:fetch in work#0")
    for _ in range(3):
        with ProcessPoolExecutor(1, mp_context=FORK) as pool:
            job = pool.submit(work, 1)
        if job.exception() is None:
            break
    assert job.result() == 2
    taskfail.assert_order(["start:work#0", "end:work#1"])

@pytest.mark.taskfail(mode="real")
def test_raise(taskfail):
    taskfail.inject(Raise(ConnectionError), at="call:fetch in work#1")
    with FORK.Pool(1) as pool, pytest.raises(ConnectionError):
        pool.map(work, range(3), chunksize=1)
    taskfail.assert_surfaced()

def test_planned_while_the_workers_run(taskfail):
    taskfail.inject(Kill(), at="start:work#3")
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        assert pool.submit(work, 1).result() == 2
        taskfail.inject(Raise(OSError), at="start:work#1")
        assert isinstance(pool.submit(work, 1).exception(), OSError)
        assert pool.submit(work, 1).result() == 2
        assert isinstance(pool.submit(work, 1).exception(), BrokenProcessPool)

def test_result_that_cannot_be_pickled(taskfail):
    taskfail.inject(Pickle(), at="pickle:result in work#1")
    with FORK.Pool(1) as pool, pytest.raises(multiprocessing.pool.MaybeEncodingError):
        pool.map(work, range(3), chunksize=1)

def test_executor_of_another_make(taskfail):
    class Mine:
        def __init__(self, pool):
            self.pool = pool
        def submit(self, function, *args):
            return self.pool.apply_async(function, args)
    taskfail.inject(Kill(), at="end:work#0")
    with FORK.Pool(1) as pool:
        job = taskfail.wrap(Mine(pool)).submit(work, 1)
        job.wait(0.5)
        assert not job.ready()
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=8)


def test_a_test_begins_again_with_fresh_fixtures(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_fixtures=HEAD
        + """
@pytest.fixture
def server():
    requests = []
    yield requests
    assert requests == ["one"]

def test_once(taskfail, server, tmp_path, capsys):
    taskfail.inject(Kill(), at="start:work#0")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mark").touch()
    server.append("one")
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        assert isinstance(pool.submit(work, 1).exception(), BrokenProcessPool)
    print(os.getpid())
    assert int(capsys.readouterr().out) != SESSION

SESSION = os.getpid()
"""
    )
    run().assert_outcomes(passed=1)


def test_a_test_that_starts_processes_begins_again_whatever_it_asks_for(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        saving="import os\n\ndef save(folder):\n    os.makedirs(folder)\n    return os.listdir(folder)\n",
        test_saving="""
import concurrent.futures
import pytest
import saving

def save(folder):
    with concurrent.futures.ProcessPoolExecutor(1) as pool:  # imported only now
        return pool.submit(saving.save, str(folder)).result()

def test_before_the_call(taskfail, tmp_path):
    taskfail.inject("raise OSError @ call:makedirs")
    with pytest.raises(OSError, match="injected"):
        save(tmp_path / "x")
    assert not (tmp_path / "x").exists()

def test_after_the_call(taskfail, tmp_path):
    taskfail.inject("raise OSError after @ call:makedirs")
    with pytest.raises(OSError, match="injected"):
        save(tmp_path / "x")
    assert (tmp_path / "x").exists()

def test_nothing(taskfail, tmp_path):
    assert save(tmp_path / "x") == []
    assert taskfail.trace.injected == ()

def test_in_an_experiment_of_its_own(taskfail, tmp_path):
    with taskfail.experiment(unfired="ignore"):
        save(tmp_path / "x")
""",
    )
    result = run()
    result.assert_outcomes(passed=3, failed=1)
    assert fails_in(result) == ["test_in_an_experiment_of_its_own"]
    assert (
        "an experiment under control cannot start processes, or give work to them; "
        "with taskfail.inject alone, the whole test begins again with real ones" in result.stdout.str()
    )


def test_a_hang_is_one_failed_test_that_says_so_and_the_session_goes_on(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_hangs=HEAD
        + """
def test_hang(taskfail):
    taskfail.inject(Kill(), at="start:work#0")
    print("here", flush=True)
    with FORK.Pool(1) as pool:
        pool.map(work, range(3))

def test_after():
    pass
"""
    )
    result = run()
    assert fails_in(result) == ["test_hang"]
    result.assert_outcomes(passed=1, failed=1)
    text = result.stdout.str()
    assert "taskfail: HANG after kill @ start:work#0\n" in text
    assert re.search(r"^  test +waits in map at test_hangs.py:\d+$", text, re.MULTILINE)
    assert "Captured in the experiment" in text
    assert "\nhere\n" in text


def test_a_lost_signal_and_a_held_lock_are_placed_by_hand_and_the_hang_says_so(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_shared=HEAD
        + """
import math
from pytest_taskfail import Hold

def tell(ready, lock):
    with lock:
        ready.set()

def both():
    ready, lock = FORK.Event(), FORK.Lock()
    child = FORK.Process(target=tell, args=(ready, lock))
    child.start()
    child.join()
    return ready.wait()

@pytest.mark.taskfail(mode="real")
def test_lost(taskfail):
    taskfail.inject(Drop(), at="signal:Event.set@tell")
    both()

@pytest.mark.taskfail(mode="real")
def test_held(taskfail):
    taskfail.inject(Hold(0.1), at="acquire:Lock@tell in tell#0")
    assert both()
    taskfail.inject(Hold(math.inf), at="acquire:Lock@tell in tell#1")
    both()
"""
    )
    result = run()
    assert sorted(fails_in(result)) == ["test_held", "test_lost"]
    text = result.stdout.str()
    assert "taskfail: HANG after drop @ signal:Event.set@tell in tell#0\n" in text
    assert "taskfail: HANG after hold 0.1 @ acquire:Lock@tell in tell#0, hold for ever @ acquire:Lock@tell in tell#1\n" in text
    for line in (
        r"  test +waits for a multiprocessing Event to be set \(the Event.set of tell#0 was lost\) at test_shared.py:\d+",
        r"  tell#1 +waits for multiprocessing Lock, which a stranger holds for ever, at test_shared.py:\d+",
    ):
        assert re.search(f"^{line}$", text, re.MULTILINE), text


def test_a_fault_that_did_not_happen_fails_the_test(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_unfired=HEAD
        + """
def test_nowhere(taskfail):
    taskfail.inject(Kill(), at="start:wrok#0")
    with FORK.Pool(1) as pool:
        pool.map(work, range(1))

def test_in_the_own_process(taskfail):
    taskfail.inject(Kill(), at="start:work#0")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work, 1).result() == 2
"""
    )
    result = run()
    assert sorted(fails_in(result)) == ["test_in_the_own_process", "test_nowhere"]
    text = result.stdout.str()
    assert "the planned fault never fired: kill @ start:wrok#0\n  points that were reached:\n    start:work#0\n" in text
    assert (
        "the planned fault never fired: kill @ start:work#0\n"
        "  its point was reached in the test's own process, which is never killed\n"
    ) in text


def test_what_cannot_be_in_a_real_experiment_is_refused_in_words(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_refused=HEAD
        + """
from hypothesis import given, strategies

@pytest.mark.taskfail(mode="real")
@pytest.mark.parametrize(("fault", "at", "text"), [
    (Expire(), "timer:*", "'expire' cannot be placed in a real experiment, where real processes run; what can are "),
    (Kill(), "pickle:result", "'kill' cannot happen at pickle:result: in a real experiment it can at the kinds start, call, end"),
    (Raise(OSError("mine")), "start:work", "'raise OSError' was given an exception that is made already; in a real experiment it "
     "is made in another process, so give the type: Raise(OSError)"),
])
def test_impossible(taskfail, fault, at, text):
    with pytest.raises(PlanError) as caught:
        taskfail.inject(fault, at=at)
    assert str(caught.value).startswith(text)

@pytest.mark.taskfail(mode="real")
def test_wrap_of_something_else(taskfail):
    with pytest.raises(PlanError) as caught:
        taskfail.wrap(42)
    assert str(caught.value) == (
        "taskfail.wrap: nothing is known of a int; give a pool, a manager, or an object with 'submit'"
    )
    with FORK.Pool(1) as pool:
        assert taskfail.wrap(pool) is pool

def test_in_an_experiment_of_its_own(taskfail):
    with taskfail.experiment(""), pytest.raises(PlanError) as caught:
        taskfail.inject(Kill(), at="start:work")
    assert str(caught.value) == (
        "'kill' needs a real experiment: place it in a test of its own, marked taskfail(mode='real')"
    )
"""
    )
    result = run("-q")
    assert fails_in(result) == []
    result.assert_outcomes(passed=5)


def test_the_marker_with_the_fixture_says_the_mode_and_no_more(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.taskfail(mode="real", faults="kill")
        def test_both(taskfail):
            pass
        """
    )
    text = run().stderr.str()
    assert "the test uses the fixture taskfail too, which places faults by hand" in text


def test_a_test_that_ends_its_process_fails_and_says_how(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HEAD
        + """
@pytest.mark.taskfail(mode="real")
def test_exits(taskfail):
    os._exit(3)
"""
    )
    result = run()
    result.assert_outcomes(failed=1)
    assert "taskfail: the test's own process ended: it left with os._exit(3)" in result.stdout.str()
