"""Holds at locks, semaphores and barriers, and releases that are lost, doubled or late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

LOCKS: dict[str, Callable[[], Any]] = {
    "Lock": threading.Lock,
    "RLock": threading.RLock,
    "Semaphore": threading.Semaphore,
    "BoundedSemaphore": threading.BoundedSemaphore,
}
LOCK_KINDS = pytest.mark.parametrize("kind", LOCKS)


def together(*bodies: Callable[[], Any]) -> list[Any]:
    """What each returns, run in a thread of its own; threads, as a pool's worker may run two bodies and own an RLock twice."""
    results: list[Any] = [None] * len(bodies)

    def note(place: int, body: Callable[[], Any]) -> None:
        results[place] = body()

    def work(place: int) -> None:
        note(place, bodies[place])

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def patient(kind: str, seconds: float) -> Callable[[], list[tuple[bool, int]]]:
    """Two tasks that take and give back one thing: whether each got it, and when it was through."""

    def body() -> list[tuple[bool, int]]:
        lock = LOCKS[kind]()

        def take() -> tuple[bool, int]:
            got = lock.acquire(timeout=seconds)
            if got:
                lock.release()
            return got, round(time.monotonic() - began)

        began = time.monotonic()
        return together(take, take)

    return body


@LOCK_KINDS
@pytest.mark.parametrize(
    ("hold", "seen"),
    [
        ("hold", [(True, 0), (True, 0)]),
        ("hold 3", [(True, 3), (True, 3)]),
        ("hold 60", [(False, 5), (False, 5)]),
        ("hold for ever", [(False, 5), (False, 5)]),
    ],
)
def test_a_hold_meets_the_time_limits_of_those_who_wait(control: Any, kind: str, hold: str, seen: Any) -> None:
    run = control(patient(kind, 5), f"{hold} @ acquire:{kind}@take in work#0")
    assert (run.error, run.value) == (None, seen)
    assert (run.trace.stopped, run.trace.alive, run.trace.holdings) == ("", (), ())


def test_a_stranger_takes_one_permit_of_several(control: Any) -> None:
    def body() -> list[int]:
        permits = threading.Semaphore(2)

        def take() -> int:
            with permits:
                return permits._value

        return together(take, take)

    assert control(body).value == [1, 1]
    assert control(body, "hold 9 @ acquire:Semaphore@take in work#0").value == [0, 0]


@pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])
def test_who_keeps_a_permit_lets_the_others_run_into_it(control: Any, kind: str) -> None:
    def body() -> list[str]:
        permit, order = LOCKS[kind](), []

        def take() -> None:
            with permit:
                order.append("first")

        def look() -> None:
            order.append("looks")
            with permit:
                order.append("second")

        together(take, look)
        return order

    assert control(body).value == ["first", "looks", "second"]
    assert control(body, f"hold @ acquire:{kind}@take in work#0").value == ["looks", "first", "second"]


@pytest.mark.parametrize(("hold", "seconds"), [("hold", 0), ("hold 60", 60)])
def test_one_is_late_at_a_barrier(control: Any, hold: str, seconds: int) -> None:
    def body() -> tuple[list[str], int]:
        barrier, order, began = threading.Barrier(2), [], time.monotonic()

        def arrive() -> None:
            order.append("on the way")
            barrier.wait()

        together(arrive, arrive)
        return order, round(time.monotonic() - began)

    run = control(body, f"{hold} @ acquire:Barrier@arrive in work#0")
    assert run.value == (["on the way"] * 2, seconds)
    assert control(body, "hold for ever @ acquire:Barrier@arrive in work#0").trace.stopped == "deadlock"


def test_a_lock_that_is_a_signal_loses_none_while_it_is_kept(control: Any) -> None:
    def body() -> int:
        signal, seen = threading.Lock(), []
        signal.acquire()

        def listen() -> None:
            for number in range(2):
                signal.acquire()
                seen.append(number)

        def tell() -> None:
            signal.release()
            while not seen:
                time.sleep(0.1)  # virtual time
            signal.release()

        together(listen, tell)
        return len(seen)

    for nth in ("", "#1"):
        run = control(body, f"hold @ acquire:Lock@listen{nth} in work#0")
        assert (run.value, run.trace.stopped) == (2, "")


def released(name: str) -> str:
    return f"signal:{name}.release@take in work#0"


@LOCK_KINDS
def test_a_release_that_is_lost_keeps_the_others_out(control: Any, kind: str) -> None:
    run = control(patient(kind, 5), f"drop @ {released(kind)}")
    assert run.value == [(True, 0), (False, 5)]
    assert [held.task for held in run.trace.holdings] == ["work#0"]


@LOCK_KINDS
def test_a_release_may_come_late(control: Any, kind: str) -> None:
    run = control(patient(kind, 50), f"delay 30 @ {released(kind)}")
    owner_waits = kind == "RLock"  # nobody else can release it
    assert run.value == [(True, 30 if owner_waits else 0), (True, 30)]
    assert (run.trace.stopped, run.trace.holdings, run.trace.alive) == ("", (), ())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Lock", "release unlocked lock"),
        ("RLock", "cannot release un-acquired lock"),
        ("BoundedSemaphore", "Semaphore released too many times"),
        ("Semaphore", "no error"),
    ],
)
def test_a_release_that_comes_twice_says_what_the_real_one_says(control: Any, kind: str, said: str) -> None:
    def body() -> str:
        lock = LOCKS[kind]()

        def take() -> str:
            lock.acquire()
            try:
                lock.release()
            except (RuntimeError, ValueError) as error:
                return str(error)
            return "no error"

        return str(together(take)[0])

    assert control(body, f"duplicate @ {released(kind)}").value == said


def test_the_second_release_takes_the_lock_from_who_has_it_by_then(control: Any) -> None:
    def body() -> list[str]:
        lock, order = threading.Lock(), []

        def take() -> None:
            lock.acquire()
            time.sleep(1)  # virtual time
            lock.release()
            order.append("released twice")

        def keep() -> None:
            lock.acquire()
            order.append("inside")
            time.sleep(1)  # virtual time
            order.append(f"still inside, {lock.locked()=}")

        together(take, keep)
        return order

    run = control(body, f"duplicate @ {released('Lock')}")
    assert (run.error, run.value) == (None, ["inside", "released twice", "still inside, lock.locked()=False"])


@LOCK_KINDS
def test_the_end_of_a_with_block_is_no_signal(control: Any, kind: str) -> None:
    def body() -> None:
        lock = LOCKS[kind]()

        def take() -> None:
            with lock:
                pass

        together(take)

    run = control(body, f"drop @ {released(kind)}")
    assert [str(left) for left in run.experiment.unfired()] == [f"drop @ {released(kind)}"]


def test_a_lock_of_the_module_that_a_stranger_kept_is_free_again(control: Any) -> None:
    for thing in (threading.Lock(), threading.RLock(), threading.Semaphore(), threading.BoundedSemaphore()):

        def body(thing: Any = thing) -> None:
            def take() -> None:
                with thing:
                    pass

            together(take)

        run = control(body, f"hold for ever @ acquire:{type(thing).__name__.removeprefix('Controlled')}@take in work#0")
        assert run.trace.stopped == "deadlock"
        assert "a stranger" not in [wait.task for wait in run.trace.waits]
        assert control(body).trace.stopped == ""


def test_no_permit_is_said_to_be_kept_that_was_given_back_in_vain(control: Any) -> None:
    def body() -> None:
        gate = threading.BoundedSemaphore()

        def take() -> None:
            gate.acquire(timeout=1)
            gate.release()

        together(take, take)

    run = control(body, "hold @ acquire:BoundedSemaphore@take in work#0 + expire @ timer:Semaphore.acquire@take in work#1")
    assert run.trace.holdings == ()
    (failure,) = run.trace.handler_failures
    assert (failure.task, failure.error) == ("work#0", "ValueError: Semaphore released too many times")
    assert failure.handling == "the time limit of Semaphore.acquire in take that ran out"


def test_a_permit_that_is_left_was_taken_where_it_was_taken(control: Any) -> None:
    """Not where another permit was given back."""
    permits, lines = threading.Semaphore(2), []

    def take() -> None:
        permits.acquire()
        lines.append(take.__code__.co_firstlineno + 1)

    def work() -> None:
        take()
        take()
        permits.release()

    def program() -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    run = control(program)
    assert [(held.task, held.taken.line) for held in run.trace.holdings] == [("work#0", lines[-1])]
