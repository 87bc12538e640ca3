"""One real experiment: it ends, whatever happens in it, and leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.model.plans import Plan
from pytest_taskfail.runtime.processes import side, tracing, tree, world
from pytest_taskfail.runtime.processes.papers import Orders
from pytest_taskfail.runtime.processes.watch import Limits
from pytest_taskfail.runtime.reading.sources import Sources

FILES = Sources(str(Path(__file__).parent))
pytestmark = pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")


def run(body: Callable[[], Any], plan: str = "", **limits: float) -> world.Ended:
    """One experiment with this body."""

    def told() -> dict[str, Any]:
        return {"value": body()}

    before = {entry.pid for entry in tree.below(os.getpid())}
    ended = world.run(lambda host: Orders(plan, FILES, None, None, False, host), told, Limits(**{"quiet": 0.2, **limits}))
    left = [entry for entry in tree.below(os.getpid()) if entry.pid not in before]
    assert left == [], [(entry, tree.command(entry.pid)) for entry in left]
    return ended


def double(number: int) -> int:
    return 2 * number


def sit(_: int = 0) -> None:
    threading.Event().wait()


def doubles(method: str) -> list[int]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        return [job.result() for job in [pool.submit(double, number) for number in range(3)]]


def errors(method: str) -> list[str]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        jobs = [pool.submit(double, number) for number in range(3)]
    return [type(job.exception()).__name__ for job in jobs]


def events(ended: world.Ended, event: str) -> list[str]:
    return [record["task"] for record in ended.records if record["event"] == event]


def test_what_the_body_says_comes_back_and_the_session_is_another_process() -> None:
    ended = run(os.getpid)
    assert ended.told["value"] == ended.host != os.getpid()
    assert ended.stopped == ""


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_tasks_are_named_and_traced_under_each_start_method(method: str) -> None:
    ended = run(lambda: doubles(method), total=60.0)
    assert ended.told["value"] == [0, 2, 4]
    assert events(ended, "task") == ["double#0", "double#1", "double#2"]
    assert sorted(events(ended, "end")) == ["double#0", "double#1", "double#2"]


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_a_kill_strikes_the_worker_of_the_named_task(method: str) -> None:
    ended = run(lambda: errors(method), "kill @ start:double#1", total=60.0)
    assert ended.told["value"][1] == "BrokenProcessPool"
    assert events(ended, "fault") == ["double#1"]
    assert "double#1" in events(ended, "start")
    assert "double#1" not in events(ended, "done")


def test_a_kill_at_the_end_loses_the_result_and_the_work_is_done() -> None:
    ended = run(lambda: errors("fork"), "kill @ end:double#0")
    assert ended.told["value"][0] == "BrokenProcessPool"
    assert "double#0" in events(ended, "done")
    assert "double#0" not in events(ended, "end")


def test_a_fault_happens_once_however_often_its_point_is_reached() -> None:
    def twice() -> list[str]:
        found = []
        for _ in range(2):
            try:
                found.append(str(side.enter(side._here.folder).run("double#0", double, (1,), {})))  # type: ignore[union-attr]
            except ConnectionError:
                found.append("failed")
        return found

    assert run(twice, "raise ConnectionError @ start:double#0").told["value"] == ["failed", "2"]


def test_the_test_itself_is_never_killed() -> None:
    def here() -> Any:
        return side.enter(side._here.folder).run("double#0", double, (1,), {})  # type: ignore[union-attr]

    ended = run(here, "kill @ start:double#0")
    assert ended.told["value"] == 2
    assert events(ended, "fault") == []


def test_a_hang_is_known_at_once_with_the_place_of_each_process() -> None:
    def hang() -> None:
        with multiprocessing.get_context("fork").Pool(1) as pool:
            pool.map(double, [1])

    began = time.monotonic()
    ended = run(hang, "kill @ start:double#0", total=20.0)
    assert ended.stopped == "hang"
    assert time.monotonic() - began < 10
    trace = tracing.trace_of(ended, Plan.parse("kill @ start:double#0"), FILES)
    assert trace.stopped == "hang"
    (wait,) = trace.waits
    assert (wait.task, wait.what, wait.place.file) == ("test", "in map", "test_real_world.py")
    assert any("pool.py" in stack for stack in trace.stacks)


def test_a_wait_with_a_time_limit_is_no_hang() -> None:
    ended = run(lambda: threading.Event().wait(60), timed=0.3, total=20.0)
    assert ended.stopped == "timed"
    assert tracing.trace_of(ended, Plan(), FILES).stopped == ""


def test_who_has_set_an_alarm_does_not_hang() -> None:
    def alarmed() -> None:
        signal.alarm(60)
        sit()

    assert run(alarmed, timed=0.3, total=20.0).stopped == "timed"


def test_a_computation_is_no_hang() -> None:
    def compute() -> None:
        while True:
            pass

    ended = run(compute, total=0.5)
    assert ended.stopped == "total"


def test_processes_that_are_left_are_named_and_ended() -> None:
    def leave() -> None:
        multiprocessing.get_context("fork").Process(target=sit).start()

    ended = run(leave)
    (left,) = tracing.trace_of(ended, Plan(), FILES).processes
    assert (left.task, left.what, left.started.file) == ("sit#0", "is alive", "test_real_world.py")


def test_threads_that_wait_for_ever_are_named_and_those_with_a_time_limit_may_still_end() -> None:
    def leave(target: Callable[[], Any]) -> None:
        threading.Thread(target=target, daemon=True).start()

    ended = run(lambda: leave(sit))
    trace = tracing.trace_of(ended, Plan(), FILES)
    told = [(left.task, left.what, left.place.function, left.started.function, left.by_test) for left in trace.alive]
    assert told == [("sit#0", "waits in wait", "sit", f"{leave.__qualname__}", False)]
    assert run(lambda: leave(lambda: threading.Event().wait(30))).told["threads"] == []


def test_grandchildren_that_have_left_their_group_are_ended_too() -> None:
    def daemon() -> int:
        child = subprocess.Popen([sys.executable, "-c", DAEMON], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        return int(child.stdout.readline())

    ended = run(daemon)
    assert tree.one(ended.told["value"]) is None


DAEMON = """
import os, signal
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
    signal.pause()
"""


def test_a_body_that_dies_says_how() -> None:
    assert run(lambda: os._exit(3)).how == "it left with os._exit(3)"
    killed = run(lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert (killed.stopped, killed.how) == ("died", "it was killed by SIGKILL")
    assert "ZeroDivisionError" in run(lambda: 1 // 0).how


def test_semaphores_and_temporary_folders_are_cleaned_up() -> None:
    def make() -> None:
        context = multiprocessing.get_context("spawn")
        locks = [context.Lock() for _ in range(3)]
        manager = context.Manager()
        manager.Event()
        locks[0].acquire()
        locks[0].acquire()

    before = set(os.listdir("/dev/shm"))
    assert run(make, total=60.0).stopped == "hang"
    assert {name for name in set(os.listdir("/dev/shm")) - before if name.startswith("sem.mp-")} == set()


def test_an_interrupted_session_leaves_nothing() -> None:
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(sit, quiet=60.0, total=60.0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert [entry for entry in tree.below(os.getpid()) if not entry.alive] == []


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
