"""The same plan and schedule give the same run, planned faults fire where they should, and the world is put back."""

from __future__ import annotations

import gc
import os
import queue
import random
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from pytest_taskfail.explore.surroundings import under_control
from pytest_taskfail.model.schedules import PYTHON


def mixed() -> Any:
    """A program in which everything has a part that an address, a hash or real time could disturb."""
    lock, order, items = threading.Lock(), [], queue.Queue()

    def work(n: int) -> int:
        time.sleep(random.random())  # virtual time
        with lock:
            order.append(n)
        items.put(n)
        return n

    with ThreadPoolExecutor(4) as pool:
        futures = {pool.submit(work, n) for n in range(8)}
        done = [future.result() for future in as_completed(futures)]
        wait(futures)
        order += [future.result() for future in futures]
    threads = {threading.Thread(target=work, args=(n,)) for n in range(8, 11)}
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return order, done, [items.get() for _ in range(11)]


def what_it_was(run: Any) -> Any:
    return run.value, run.trace.choices, run.trace.events, run.trace.steps, run.trace.seconds, run.trace.stopped


def test_the_same_choices_twenty_times(control: Any) -> None:
    first = what_it_was(control(mixed))
    assert len(first[1]) > 20
    for _ in range(20):
        assert what_it_was(control(mixed)) == first


def test_the_same_choices_twenty_times_under_a_schedule(control: Any) -> None:
    golden = control(mixed)
    number, choice = next((n, c) for n, c in enumerate(golden.trace.choices) if n > 10)
    other = next(option for option in choice.options if option != choice.chosen)
    runs = [control(mixed, schedule=f"{PYTHON} {number}:{other}") for _ in range(20)]
    assert runs[0].trace.choices[number].chosen == other
    assert runs[0].trace.diverged == ""
    assert all(what_it_was(run) == what_it_was(runs[0]) for run in runs)


def test_the_same_choices_in_interpreters_with_other_hash_seeds(control: Any) -> None:
    code = f"""
        import sys
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        import controlled_runs, test_replay_and_world
        from pytest_taskfail.explore.surroundings import under_control
        from pytest_taskfail.runtime.experiment import Experiment
        from pytest_taskfail.runtime.reading.sources import Sources
        with under_control(20):
            run = controlled_runs.Run()
            experiment = Experiment(Sources({str(os.getcwd())!r}), probe=False)
            value = controlled_runs.Around(run, experiment)(test_replay_and_world.mixed)()
        print(value, [choice.chosen for choice in run.trace.choices], [(e.task, e.kind, e.name) for e in run.trace.events])
    """
    outputs = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(outputs) == 1


def test_a_schedule_that_cannot_be_followed_says_so(control: Any) -> None:
    run = control(mixed, schedule=f"{PYTHON} 0:0.99")
    assert "at choice 0 thread 0.99 cannot run; " in run.trace.diverged


def gateway() -> str:
    return "charged"


def charge_all() -> list[str]:
    def charge() -> str:
        try:
            return gateway()
        except ConnectionError:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(charge) for _ in range(3)]]


def test_a_planned_fault_strikes_once_at_its_point(control: Any) -> None:
    run = control(charge_all, "raise ConnectionError @ call:gateway in charge#1", probe=True)
    assert run.value == ["charged", "refused", "charged"]
    (fault,) = run.trace.injected
    assert str(fault.point) == "call:gateway in charge#1"
    assert fault.seen.startswith("a handler at ")
    assert run.experiment.unfired() == []


def test_a_lasting_fault_strikes_at_every_point_of_the_name(control: Any) -> None:
    run = control(charge_all, "raise ConnectionError always @ call:gateway in charge#0", probe=True)
    assert run.value == ["refused"] * 3


def test_a_fault_at_a_point_that_is_never_reached_has_not_fired(control: Any) -> None:
    run = control(charge_all, "raise ConnectionError @ call:gateway in charge#9", probe=True)
    assert run.value == ["charged"] * 3
    assert [str(injection) for injection in run.experiment.unfired()] == ["raise ConnectionError @ call:gateway in charge#9"]


@pytest.mark.parametrize("when", ["start", "end"])
def test_a_task_fails_at_its_start_or_its_end(control: Any, when: str) -> None:
    done: list[int] = []

    def body() -> list[str]:
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(done.append, n) for n in range(3)]
            return [type(future.exception()).__name__ for future in futures]

    run = control(body, f"raise KeyError @ {when}:append#1")
    assert run.value == ["NoneType", "KeyError", "NoneType"]
    assert sorted(done) == ([0, 2] if when == "start" else [0, 1, 2])


def test_a_signal_is_dropped_doubled_or_late(control: Any) -> None:
    def body() -> Any:
        items: queue.Queue[int] = queue.Queue()

        def give() -> None:
            items.put(1)

        thread = threading.Thread(target=give)
        thread.start()
        before, got = time.monotonic(), []
        try:
            got.append(items.get(timeout=60))
            got.append(items.get(timeout=60))
        except queue.Empty:
            pass
        thread.join()
        return got, round(time.monotonic() - before)

    at = "signal:Queue.put@give in give#0"
    assert control(body).value == ([1], 60)
    assert control(body, f"drop @ {at}").value == ([], 60)
    assert control(body, f"duplicate @ {at}").value == ([1, 1], 0)
    assert control(body, f"delay 5 @ {at}").value == ([1], 65)


def test_a_time_limit_runs_out_although_the_item_came(control: Any) -> None:
    def body() -> Any:
        items: queue.Queue[int] = queue.Queue()

        def take() -> Any:
            try:
                return items.get(timeout=60)
            except queue.Empty:
                return "empty"

        with ThreadPoolExecutor(2) as pool:
            taken = pool.submit(take)
            pool.submit(items.put, 1)
            return taken.result()

    assert control(body).value == 1
    assert control(body, "expire @ timer:Queue.get@take in take#0").value == "empty"
    late = control(body, "expire late @ timer:Queue.get@take in take#0")
    assert (late.value, round(late.trace.seconds)) == (1, 60)  # as the real one: at its end it looks once more


def test_a_lock_is_held_by_a_stranger_for_a_while_or_for_ever(control: Any) -> None:
    def body() -> Any:
        lock = threading.Lock()

        def take() -> float:
            before = time.monotonic()
            with lock:
                return round(time.monotonic() - before)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(take).result()

    at = "acquire:Lock@take in take#0"
    assert control(body).value == 0
    assert control(body, f"hold @ {at}").value == 0
    assert control(body, f"hold 30 @ {at}").value == 30
    assert control(body, f"hold for ever @ {at}").trace.stopped == "deadlock"


def test_what_an_experiment_changes_is_put_back(control: Any) -> None:
    def world() -> Any:
        return (
            gc.isenabled(),
            threading.active_count(),
            sys.getswitchinterval(),
            sys.gettrace(),
            sys.getprofile(),
            threading.gettrace(),
            threading.getprofile(),
            len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
            threading.excepthook,
            sys.excepthook,
        )

    control(mixed)
    before = world()
    for plan in ("", "raise ConnectionError @ start:work#0", "raise ConnectionError @ call:gateway in charge#1"):
        control(mixed if "work" in plan else charge_all, plan, probe=True)
    control(lambda: threading.Event().wait())
    assert world() == before


def test_the_collector_stays_off_where_it_was_off(control: Any) -> None:
    gc.disable()
    try:
        control(lambda: None)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores cannot be chosen on this system")
def test_an_ended_experiment_waits_for_no_collector(control: Any) -> None:
    """Threads of ended experiments that stay would fill the standard library's sets of threads with equal hashes."""
    gone: list[weakref.ref[Any]] = []

    def body() -> None:
        lock = threading.Lock()

        def work() -> None:
            with lock:
                pass

        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            future.result()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        gone.extend(weakref.ref(thing) for thing in (pool, future, thread))

    assert not gc.isenabled()  # it is off throughout an exploration
    run = control(body)
    assert (run.error, run.trace.stopped) == (None, "")
    gone.append(weakref.ref(run.experiment))
    del run
    for _ in range(100_000):  # the last thread may still be on its way out of the interpreter
        if all(ref() is None for ref in gone):
            break
        os.sched_yield()
    assert [ref() for ref in gone] == [None] * 4


def test_an_exploration_stays_on_a_core_that_it_may_use() -> None:
    cores = os.sched_getaffinity(0)
    with under_control(1.0):
        pinned = os.sched_getaffinity(0)
    assert len(pinned & cores) == len(pinned) == 1


def test_the_cores_are_given_back_to_this_thread() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(KeyError), under_control(20):
        raise KeyError
    assert os.sched_getaffinity(0) == before


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores to choose from"
)
def test_the_cores_are_given_back_to_threads_that_outlive_the_experiment() -> None:
    from controlled_runs import ROOT, Around, Run

    from pytest_taskfail.runtime.experiment import Experiment
    from pytest_taskfail.runtime.reading.sources import Sources

    before = os.sched_getaffinity(0)
    with ThreadPoolExecutor(1) as pool:
        with under_control(20):
            Around(Run(), Experiment(Sources(str(ROOT)), probe=False))(lambda: pool.submit(abs, 1).result())()
        assert pool.submit(os.sched_getaffinity, 0).result() == before


def test_every_name_is_put_back() -> None:
    code = """
        import concurrent.futures.thread, datetime, os, queue, select, selectors, socket, threading, time
        places = [threading, queue, time, os, select, socket.socket, threading.Thread, threading.Event, threading.Condition,
                  threading.Semaphore, threading.BoundedSemaphore, threading.Barrier, queue.Queue, concurrent.futures.Future,
                  concurrent.futures.ThreadPoolExecutor, concurrent.futures.thread, concurrent.futures._base,
                  selectors.SelectSelector, selectors.EpollSelector, selectors.PollSelector, datetime.datetime, datetime.date]
        names = [(place, name) for place in places for name in dir(place) if callable(getattr(place, name))]
        look = lambda: [getattr(place, name) for place, name in names]
        before = look()
        from pytest_taskfail.runtime import patches
        patches.install()
        patches.arm()
        assert look() != before
        patches.uninstall()
        for (place, name), was, now in zip(names, before, look()):
            if was != now:
                print(place, name, was, now)
        lock = threading.Lock()
        print(type(lock).__module__) if type(lock).__module__ != "_thread" else None
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


def test_threads_kept_in_a_set_since_before_are_found_in_it(control: Any) -> None:
    """The order of sets of threads is made the same in each run; whether a thread is in a set must not change by it."""
    code = """
        import threading
        from concurrent.futures import Future
        from pytest_taskfail.runtime import patches
        from pytest_taskfail.runtime.experiment import Experiment
        from pytest_taskfail.runtime.reading.sources import Sources
        thread, future = threading.current_thread(), Future()
        kept = {thread, future}
        patches.arm()
        experiment = Experiment(Sources("."), probe=False)
        experiment.begin()
        inside = thread in kept, future in kept
        experiment.end()
        print(*inside, thread in kept, future in kept)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True"] * 4


def test_a_deadlock_is_exact_although_a_plugin_has_a_thread(control: Any) -> None:
    code = """
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        from pytest_taskfail.runtime import control, patches
        control.tool_threads = frozenset(thread.ident for thread in threading.enumerate())
        from pytest_taskfail.explore.surroundings import under_control
        from pytest_taskfail.runtime.experiment import Experiment
        from pytest_taskfail.runtime.scheduler import Abort
        from pytest_taskfail.runtime.reading.sources import Sources
        with under_control(20):
            experiment = Experiment(Sources("."), probe=False)
            experiment.begin()
            try:
                threading.Event().wait()
            except Abort:
                pass
            print(experiment.end().stopped)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "deadlock"


def test_random_numbers_start_alike_in_every_run(control: Any) -> None:
    assert control(random.random).value == control(random.random).value


def test_a_second_experiment_at_the_same_time_is_refused(control: Any) -> None:
    run = control(lambda: control(lambda: None))
    assert isinstance(run.error, RuntimeError)
    assert "under way" in str(run.error)


def test_an_old_executor_shut_down_inside_of_an_experiment_is_exact(control: Any) -> None:
    pool = ThreadPoolExecutor(2)
    list(pool.map(abs, [1, 2, 3]))

    def body() -> list[int]:
        with pool:
            return list(pool.map(abs, [-1, -2]))

    run = control(body)
    assert (run.value, run.error, run.trace.stopped, run.trace.doubts) == ([1, 2], None, "", ())


def test_a_wrong_result_that_cannot_be_is_taken_back_alone(control: Any) -> None:
    def body() -> list[object]:
        with ThreadPoolExecutor(1) as pool:
            return [pool.submit(five).result(), pool.submit(nothing).result()]

    def five() -> int:
        return 5

    def nothing() -> None:
        return None

    run = control(body, "corrupt empty @ end:five#0 + corrupt empty @ end:nothing#0")
    assert (run.error, run.value) == (None, [0, None])
    assert [event.task for event in run.trace.events if event.kind == "fault"] == ["five#0"]
    assert [str(injection.at) for injection in run.experiment.unfired()] == ["end:nothing#0"]
