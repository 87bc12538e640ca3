"""The assertion helpers on traces of real processes: stop-all, kills, effects in workers. Each passes the correct program and
fails its mutants."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail import checks
from pytest_taskfail.errors import CheckFailed
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.processes import tracing, world
from pytest_taskfail.runtime.processes.papers import Orders
from pytest_taskfail.runtime.processes.watch import Limits
from pytest_taskfail.runtime.reading.sources import Sources
from pytest_taskfail.runtime.record import record

FILES = Sources(str(Path(__file__).parent))
pytestmark = pytest.mark.skipif(bool(world.can_run()), reason=world.can_run() or "it can")
FORK = multiprocessing.get_context("fork")
BOUND = 0.8
"""Seconds, real ones, that a task may take after the flag."""


def real(body: Callable[[], Any], plan: str = "") -> Trace:
    """The trace of one experiment with this body."""
    orders = lambda host: Orders(plan, FILES, None, None, False, host)  # noqa: E731
    ended = world.run(orders, lambda: {"value": body()}, Limits(quiet=0.5, total=30.0))
    return tracing.trace_of(ended, Plan.parse(plan), FILES)


def complaint(check: Callable[[Trace], None], trace: Trace) -> str:
    try:
        check(trace)
    except CheckFailed as error:
        return str(error)
    return ""


# -- stop-all ----------------------------------------------------------------------------------------------------------


def work(number: int, stop: Any, looks: bool) -> str:
    nothing = threading.Event()
    for _ in range(60):
        if looks and stop.is_set():
            return "stopped"
        nothing.wait(0.02)
    return "finished"


def stop_all(cancel: bool = True, flag: bool = True, looks: bool = True, shutdown: bool = True, method: str = "fork") -> None:
    context = multiprocessing.get_context(method)
    manager: Any = context.Manager()  # type: ignore[attr-defined]
    stop = manager.Event()
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(work, number, stop, looks) for number in range(8)]
        _, pending = wait(jobs, return_when=FIRST_EXCEPTION)
        if cancel:
            for job in pending:
                job.cancel()
        if flag:
            stop.set()
    if shutdown:
        manager.shutdown()
    else:
        KEPT.append(manager)


KEPT: list[Any] = []
FAILS = "raise ConnectionError @ start:work#0"


def stopped(trace: Trace) -> None:
    checks.assert_stopped_all(trace, "work", within=BOUND)


def test_the_correct_driver_stops_all() -> None:
    trace = real(stop_all, FAILS)
    stopped(trace)
    assert {event.note for event in trace.events if event.kind == "cancel"} == {"cancelled", "refused"}
    assert any(event.kind == "saw" for event in trace.events)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("cancel", "  work#7  started after the flag was set"),
        ("flag", "  work#1  went on after the failure: no flag was set"),
        ("looks", "after the flag was set; 0.8 s are allowed; it has not seen the flag"),
        ("shutdown", "  manager  a manager is alive, started at test_checks_on_real_runs.py:"),
    ],
)
def test_a_wrong_driver_is_found(wrong: str, said: str) -> None:
    text = complaint(stopped, real(lambda: stop_all(**{wrong: False}), FAILS))
    assert text.startswith("taskfail: tasks 'work' were not all stopped after a failure\n")
    assert said in text


@pytest.mark.parametrize(("method", "cancel"), [("forkserver", True), ("spawn", True), ("spawn", False)])
def test_stop_all_is_judged_alike_under_each_start_method(method: str, cancel: bool) -> None:
    """Two workers: the second one may come up when the first task has failed already. The flag is seen in both."""
    trace = real(lambda: stop_all(method=method, cancel=cancel), FAILS)
    text = complaint(stopped, trace)
    assert ("  work#7  started after the flag was set" in text) is not cancel
    assert cancel is (text == "")
    assert any(event.kind == "saw" for event in trace.events)


def test_without_a_failure_nothing_is_proven() -> None:
    def short() -> None:
        with ProcessPoolExecutor(1, mp_context=FORK) as pool:
            pool.submit(os.getpid).result()

    trace = real(short)
    assert complaint(lambda trace: checks.assert_stopped_all(trace, "getpid", within=1), trace) == (
        "taskfail: no task has failed, so nothing had to be stopped; tasks 'getpid': 1"
    )
    assert complaint(stopped, trace) == "taskfail: no task runs 'work'; tasks that were started: getpid"
    assert complaint(lambda trace: checks.assert_recovered(trace, "getpid"), trace) == (
        "taskfail: no worker was killed, so nothing had to be recovered"
    )
    assert complaint(lambda trace: checks.assert_taken_over(trace, "work"), trace) == (
        "taskfail: nothing called 'work' was seen; what ran: getpid"
    )


# -- killed workers ----------------------------------------------------------------------------------------------------


def write_line(order: int, path: str) -> None:
    with open(path, "a") as file:
        file.write(f"{order}\n")


charge = record(write_line, key="order", name="charge")


def pay(order: int, path: str, once: bool) -> None:
    if once and os.path.exists(path) and str(order) in Path(path).read_text().split():
        return
    charge(order, path)


def pay_all(path: str, once: bool = True, again: bool = True, method: str = "fork") -> None:
    orders = {1, 2}
    for _ in range(3 if again else 1):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
            jobs = {pool.submit(pay, order, path, once): order for order in sorted(orders)}
            for job, order in jobs.items():
                try:
                    job.result()
                    orders.discard(order)
                except BrokenProcessPool:
                    pass
        if not orders:
            return


IN_CHARGE = "kill @ call:write_line in pay#0"
AFTER_CHARGE = "kill @ end:pay#0"


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_what_a_killed_worker_had_begun_is_done_by_another_one(tmp_path: Path, method: str) -> None:
    trace = real(lambda: pay_all(str(tmp_path / "paid"), method=method), IN_CHARGE)
    checks.assert_taken_over(trace, "charge")
    checks.assert_recovered(trace, "pay")
    checks.assert_recovered(trace, "charge")
    checks.assert_idempotent(trace, "charge", at_least=1)


def test_work_that_is_lost_with_a_worker_is_found(tmp_path: Path) -> None:
    trace = real(lambda: pay_all(str(tmp_path / "paid"), again=False), IN_CHARGE)
    assert complaint(lambda trace: checks.assert_taken_over(trace, "charge"), trace) == (
        "taskfail: 'charge' was lost with a killed worker\n"
        "  charge 1  was begun in process 1, which was killed, and done by nobody else"
    )
    assert complaint(lambda trace: checks.assert_recovered(trace, "charge"), trace) == (
        "taskfail: 'charge' has not recovered from a killed worker\n"
        "  charge  nothing ended well after pay#0 was killed\n"
        "  charge 1  was begun and never done"
    )
    assert "  charge 1" not in complaint(lambda trace: checks.assert_idempotent(trace, "charge"), trace)


@pytest.mark.parametrize("once", [True, False])
def test_an_effect_that_a_kill_doubles_is_found(tmp_path: Path, once: bool) -> None:
    trace = real(lambda: pay_all(str(tmp_path / "paid"), once=once), AFTER_CHARGE)
    text = complaint(lambda trace: checks.assert_idempotent(trace, "charge"), trace)
    assert (text == "") == once
    assert once or "\n  key 1  2 effects: pay#0 after 0." in text
    assert complaint(lambda trace: checks.assert_taken_over(trace, "charge"), trace) == (
        "taskfail: no 'charge' was under way in the worker that was killed; give a point inside of it"
    )
