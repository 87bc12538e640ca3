"""The assertion helpers on what programs really do: each passes the correct one and fails every mutant of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import pytest
from controlled_runs import Control

from pytest_taskfail import checks
from pytest_taskfail.errors import CheckFailed
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.record import record

Check = Callable[[Trace], None]


def complaint(check: Check, trace: Trace) -> str:
    """What a helper says of a trace; empty where it passes."""
    try:
        check(trace)
    except CheckFailed as error:
        return str(error)
    return ""


# -- retried -----------------------------------------------------------------------------------------------------------


def charge(order: int) -> str:
    return f"paid {order}"


def pay(charge: Any, attempts: int = 3, back_off: float = 2.0, errors: Any = ConnectionError, keep: bool = True) -> Any:
    for number in range(attempts):
        try:
            return charge(7)
        except errors as error:
            if number == attempts - 1:
                raise error if keep else RuntimeError("gave up") from None
            time.sleep(back_off**number)  # virtual time
    return None


def paying(**how: Any) -> Callable[[], None]:
    def program() -> None:
        with ThreadPoolExecutor(1) as pool:
            program.error = pool.submit(pay, record(charge), **how).exception()  # type: ignore[attr-defined]

    return program


DOWN = "raise ConnectionError always @ call:charge in pay#0"


def test_retries_with_their_waits_and_the_last_error(control: Control) -> None:
    program = paying()
    trace = control(program, DOWN, probe=True).trace
    error = program.error  # type: ignore[attr-defined]
    checks.assert_retried(trace, "charge", attempts=3, waits=[1, 2], on=ConnectionError, raised=error)
    checks.assert_retried(trace, "charge", attempts=range(2, 4), waits=lambda number: (0.5, 2.5), on=["OSError", OSError])


@pytest.mark.parametrize(
    ("how", "plan", "said"),
    [
        ({"attempts": 2}, DOWN, "pay#0  2 attempts, not 3: ConnectionError: "),
        ({"attempts": 4}, DOWN, "pay#0  4 attempts, not 3: ConnectionError: "),
        ({"back_off": 1}, DOWN, "pay#0  waited 1 s before retry 2, not 2 s"),
        ({"errors": Exception}, DOWN.replace("ConnectionError", "ValueError"), "pay#0  tried again after ValueError: "),
        (
            {"keep": False},
            DOWN,
            "the last error was ConnectionError: [Errno 104] injected by taskfail; what came out is RuntimeError",
        ),
    ],
)
def test_wrong_retries_are_found(control: Control, how: Any, plan: str, said: str) -> None:
    program = paying(**how)
    trace = control(program, plan, probe=True).trace
    error = program.error  # type: ignore[attr-defined]

    def check(trace: Trace) -> None:
        checks.assert_retried(trace, "charge", attempts=3, waits=[1, 2], on=ConnectionError, raised=error)

    assert f"\n  {said}" in complaint(check, trace)


def test_what_is_never_tried_again_is_found_and_what_never_fails_is_no_proof(control: Control) -> None:
    failed = control(paying(attempts=1), DOWN, probe=True).trace
    assert "was not tried again" in complaint(lambda trace: checks.assert_retried(trace, "charge"), failed)
    well = control(paying()).trace
    assert complaint(lambda trace: checks.assert_retried(trace, "charge"), well) == (
        "taskfail: no attempt of 'charge' failed, so nothing had to be retried; attempts: 1"
    )
    assert complaint(lambda trace: checks.assert_retried(trace, "send"), well) == (
        "taskfail: no attempt of 'send' was seen; what ran: charge, pay; retries that were observed: none"
    )


async def ask(number: int) -> int:
    await asyncio.sleep(1)
    return number


async def keep_asking(ask: Any, errors: Any, limit: float | None = None) -> int:
    while True:
        try:
            if limit is None:
                return int(await ask(1))
            async with asyncio.timeout(limit):
                return int(await ask(1))
        except errors:
            limit = None


def asking(errors: Any, limit: float | None = None) -> Callable[[], None]:
    async def main() -> None:
        await asyncio.wait([asyncio.create_task(keep_asking(record(ask), errors, limit))])

    return lambda: asyncio.run(main())


CANCEL = "cancel @ await:sleep@ask in keep_asking#0"


def test_a_retry_after_a_cancellation_is_found_and_after_a_time_limit_is_not(control: Control) -> None:
    def check(trace: Trace) -> None:
        checks.assert_retried(trace, "ask")

    swallowed = control(asking((OSError, asyncio.CancelledError)), CANCEL).trace
    assert complaint(check, swallowed).endswith("\n  keep_asking#0  tried again although it had been cancelled")
    checks.assert_retried(control(asking(OSError), CANCEL).trace, "ask", attempts=1)
    checks.assert_retried(control(asking(TimeoutError, limit=0.5)).trace, "ask", attempts=2, waits=[0])


# -- idempotent --------------------------------------------------------------------------------------------------------


def deposit(account: list[int], order: int) -> int:
    account.append(order)
    return order


def deposit_once(account: list[int], order: int, deposit: Any) -> None:
    if order not in account:
        deposit(account, order)


def depositing(guarded: bool, key: Any = "order") -> Callable[[], None]:
    def handle(deposit: Any, account: list[int], order: int) -> None:
        for _ in range(2):
            try:
                if guarded:
                    deposit_once(account, order, deposit)
                else:
                    deposit(account, order)
                return
            except ConnectionError:
                continue

    def program() -> None:
        recorded, account = record(deposit, key), list[int]()
        with ThreadPoolExecutor(1) as pool:
            for order in (1, 2):
                pool.submit(handle, recorded, account, order)

    return program


LOST = "raise ConnectionError after @ call:deposit in handle#1"


def test_one_effect_for_each_key_although_the_reply_was_lost(control: Control) -> None:
    checks.assert_idempotent(control(depositing(guarded=True), LOST, probe=True).trace, "deposit", at_least=1)


def test_a_repeated_effect_is_found(control: Control) -> None:
    trace = control(depositing(guarded=False), LOST, probe=True).trace
    first, second = complaint(lambda trace: checks.assert_idempotent(trace, "deposit"), trace).splitlines()
    assert first == "taskfail: the effect of 'deposit' must happen at most once for each key"
    assert second.startswith("  key 2  2 effects: handle#1 after 0 s at tests/runtime/test_checks_on_programs.py:")


def test_a_lost_effect_is_found(control: Control) -> None:
    trace = control(depositing(guarded=True), "raise KeyError always @ call:deposit in handle#1", probe=True).trace
    assert complaint(lambda trace: checks.assert_idempotent(trace, "deposit", at_least=1), trace).splitlines() == [
        "taskfail: the effect of 'deposit' must happen exactly once for each key",
        "  key 2  no effect, at least 1 promised",
    ]


def test_effects_without_a_key_or_without_a_record_prove_nothing(control: Control) -> None:
    trace = control(depositing(guarded=True, key=None)).trace
    said = "taskfail: 'deposit' is recorded without a key; say what is one effect: record(deposit, key=lambda order: order)"
    assert complaint(lambda trace: checks.assert_idempotent(trace, "deposit"), trace) == said
    assert complaint(lambda trace: checks.assert_idempotent(trace, "charge"), trace) == (
        "taskfail: no call of 'charge' was recorded; effects that were: deposit; what ran: deposit, handle"
    )


# -- cancelled ---------------------------------------------------------------------------------------------------------


def fetching(cancel: bool = True, flag: bool = True, by_shutdown: bool = False) -> Callable[[], None]:
    stop = threading.Event()

    def fetch(number: int) -> None:
        for _ in range(10):
            if stop.is_set():
                return
            time.sleep(1)  # virtual time

    def program() -> None:
        stop.clear()
        pool = ThreadPoolExecutor(2)
        jobs = [pool.submit(fetch, number) for number in range(5)]
        _, pending = wait(jobs, return_when=FIRST_EXCEPTION)
        if flag:
            stop.set()
        if cancel and not by_shutdown:
            for job in pending:
                job.cancel()
        pool.shutdown(cancel_futures=by_shutdown)

    return program


FAILS = "raise ConnectionError @ end:fetch#0"


@pytest.mark.parametrize("by_shutdown", [False, True])
def test_pending_tasks_are_cancelled_and_running_ones_end_within_the_bound(control: Control, by_shutdown: bool) -> None:
    trace = control(fetching(by_shutdown=by_shutdown), "raise ConnectionError @ start:fetch#0").trace
    checks.assert_cancelled(trace, "fetch", within=1.0)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"cancel": False, "flag": False}, "fetch#3  started after the failure of fetch#0"),
        ({"flag": False}, "fetch#1  ran on for 10 s after the failure; 1 s are allowed"),
    ],
)
def test_tasks_that_go_on_are_found(control: Control, how: Any, said: str) -> None:
    trace = control(fetching(**how), "raise ConnectionError @ start:fetch#0").trace
    assert said in complaint(lambda trace: checks.assert_cancelled(trace, "fetch", within=1.0), trace)


# -- dependents and fan-in ---------------------------------------------------------------------------------------------


def workflow(careful: bool = True, again: bool = False) -> Callable[[], None]:
    def load() -> int:
        return 1

    def book() -> int:
        return 2

    def mail() -> int:
        return 3

    def program() -> None:
        with ThreadPoolExecutor(1) as pool:
            for step in (load, book, mail):
                job = pool.submit(step)
                if job.exception() and again:
                    job = pool.submit(step)
                if job.exception() and careful:
                    return

    return program


NEEDS = {"book": "load", "mail": ["load", "book"]}


def test_dependents_of_what_failed_do_not_run(control: Control) -> None:
    plan = "raise OSError @ start:load#0"
    checks.assert_dependents_skipped(control(workflow(), plan).trace, NEEDS)
    checks.assert_dependents_skipped(control(workflow(again=True), plan).trace, NEEDS)
    said = complaint(lambda trace: checks.assert_dependents_skipped(trace, NEEDS), control(workflow(careful=False), plan).trace)
    assert said.splitlines() == [
        "taskfail: what needs a failed task ran all the same",
        "  book#0  ran although load#0 had failed",
        "  mail#0  ran although load#0 had failed",
    ]
    assert complaint(lambda trace: checks.assert_dependents_skipped(trace, NEEDS), control(workflow()).trace) == (
        "taskfail: nothing that is needed has failed, so nothing had to be left out; what ran: load, book, mail"
    )
    assert complaint(lambda trace: checks.assert_dependents_skipped(trace, {"a": "b"}), control(workflow()).trace) == (
        "taskfail: nothing called 'b' was seen; what ran: load, book, mail"
    )


def merging(how: str) -> Callable[[], None]:
    def part(number: int) -> int:
        return number

    def merge(jobs: list[Any]) -> Any:
        done = [job for job in jobs if not job.exception()]
        if how == "fails":
            return [job.result() for job in jobs]
        results = [job.result() for job in done]
        return results if how == "silent" else {"status": "complete" if len(done) == len(jobs) else "partial", "parts": results}

    def program() -> None:
        gather = record(merge, failed=lambda result: isinstance(result, dict) and result["status"] != "complete")
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(part, number) for number in range(3)]
            try:
                gather(jobs)
            except OSError:
                pass

    return program


@pytest.mark.parametrize("how", ["fails", "says so"])
def test_a_whole_fails_or_says_that_it_is_partial(control: Control, how: str) -> None:
    checks.assert_fan_in(control(merging(how), "raise OSError @ start:part#1").trace, "merge", "part")


def test_a_silently_partial_whole_is_found(control: Control) -> None:
    trace = control(merging("silent"), "raise OSError @ start:part#1").trace
    assert complaint(lambda trace: checks.assert_fan_in(trace, "merge", "part"), trace).splitlines() == [
        "taskfail: 'merge' is silently partial",
        "  merge ended well  part#1 had failed",
    ]
    assert complaint(lambda trace: checks.assert_fan_in(trace, "merge", "part"), control(merging("silent")).trace) == (
        "taskfail: no part 'part' has failed, so nothing could be left out; parts: 3"
    )
    assert complaint(lambda trace: checks.assert_fan_in(trace, "join", "part"), trace) == (
        "taskfail: nothing called 'join' was seen; what ran: merge, part"
    )


# -- surfaced ----------------------------------------------------------------------------------------------------------


def grouping(unpack: bool) -> Callable[[], None]:
    async def fetch() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fetch())
                tasks.create_task(fetch())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] if unpack else errors from None

    def program() -> None:
        try:
            asyncio.run(main())
        except Exception as error:
            program.error = error  # type: ignore[attr-defined]

    return program


def test_an_exception_surfaces_inside_of_a_group(control: Control) -> None:
    program = grouping(unpack=False)
    trace = control(program, "raise OSError @ start:fetch#0").trace
    checks.assert_surfaced(trace)
    checks.assert_surfaced(trace, program.error, in_group=True)  # type: ignore[attr-defined]
    assert complaint(lambda trace: checks.assert_surfaced(trace, ValueError("other")), trace) == (
        "taskfail: an injected exception was lost\n  raise OSError @ start:fetch#0  is not in what was raised: ValueError: other"
    )
    assert complaint(lambda trace: checks.assert_surfaced(trace, in_group=True), trace) == (
        "taskfail: in_group=True needs raised=, the exception that came out (of pytest.raises: caught.value)"
    )


def test_the_type_of_an_exception_is_not_what_came_out(control: Control) -> None:
    trace = control(grouping(unpack=False), "raise OSError @ start:fetch#0").trace
    said = "taskfail: raised=OSError is not an exception; give the one that came out (of pytest.raises: caught.value)"
    assert complaint(lambda trace: checks.assert_surfaced(trace, OSError), trace) == said  # type: ignore[arg-type]
    assert complaint(lambda trace: checks.assert_retried(trace, "fetch", raised=OSError), trace) == said  # type: ignore[arg-type]


def test_an_exception_that_lost_its_group_is_found(control: Control) -> None:
    program = grouping(unpack=True)
    trace = control(program, "raise OSError @ start:fetch#0").trace
    error: BaseException = program.error  # type: ignore[attr-defined]
    checks.assert_surfaced(trace, error)
    said = complaint(lambda trace: checks.assert_surfaced(trace, error, in_group=True), trace)
    assert said.splitlines()[1].startswith("  raise OSError @ start:fetch#0  is not inside a group in what was raised: OSError: ")
