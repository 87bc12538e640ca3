"""Time passes only when nobody can run, and then at once."""

from __future__ import annotations

import datetime
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

HOUR = 3600.0


def took(control: Any, body: Callable[[], Any]) -> Any:
    """The run, which must be quick in real time however long it is in virtual time."""
    began = time.monotonic()
    run = control(body)
    assert time.monotonic() - began < 10
    assert (run.error, run.trace.stopped, run.trace.doubts) == (None, "", ())
    return run


@pytest.mark.parametrize("clock", ["monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns"])
def test_every_clock_follows(control: Any, clock: str) -> None:
    unit = 1e9 if clock.endswith("_ns") else 1.0

    def body() -> float:
        now = getattr(time, clock)
        before = now()
        time.sleep(HOUR)  # virtual time
        return (now() - before) / unit

    assert took(control, body).value == pytest.approx(HOUR, abs=1e-3)


@pytest.mark.parametrize("clock", ["time_ns", "monotonic_ns", "perf_counter_ns"])
def test_the_clocks_in_nanoseconds_are_whole_and_agree(control: Any, clock: str) -> None:
    def body() -> Any:
        return getattr(time, clock)(), getattr(time, clock.removesuffix("_ns"))()

    in_ns, in_seconds = took(control, body).value
    assert type(in_ns) is int
    assert in_ns / 1e9 == pytest.approx(in_seconds, abs=1e-3)


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_dates_follow_too(control: Any) -> None:
    def body() -> Any:
        dates = (
            lambda: datetime.datetime.now(),
            lambda: datetime.datetime.now(datetime.UTC),
            lambda: datetime.datetime.today(),
            lambda: datetime.datetime.utcnow(),
            lambda: datetime.datetime.now(tz=datetime.timezone(datetime.timedelta(hours=2))),
        )
        before = [date() for date in dates]
        day = datetime.date.today()
        time.sleep(48 * HOUR)  # virtual time
        return [(date() - then).total_seconds() for date, then in zip(dates, before, strict=True)], (
            datetime.date.today() - day
        ).days

    seconds, days = took(control, body).value
    assert seconds == pytest.approx([48 * HOUR] * 5, abs=1e-3)
    assert days == 2


def test_dates_have_their_types(control: Any) -> None:
    class Own(datetime.datetime):
        pass

    def body() -> Any:
        return [
            type(Own.now()),
            type(Own.now(datetime.UTC)),
            type(datetime.datetime.now()),
            type(datetime.date.today()),
            type(Own.today()),
        ]

    types = [Own, Own, datetime.datetime, datetime.date, Own]
    assert took(control, body).value == types
    assert body() == types


def test_dates_outside_of_an_experiment_are_those_of_the_world(control: Any) -> None:
    control(lambda: None)
    assert abs(datetime.datetime.now().timestamp() - time.time()) < 5
    assert abs((datetime.datetime.now(datetime.UTC) - datetime.datetime.now().astimezone()).total_seconds()) < 5
    assert datetime.datetime.now(datetime.UTC).tzinfo is datetime.UTC
    assert datetime.date.today() in (datetime.datetime.now().date(), datetime.date.fromtimestamp(time.time()))


def test_time_stamps_from_before_the_experiment_stay_comparable(control: Any) -> None:
    before = (time.time(), time.monotonic(), datetime.datetime.now())
    now = control(lambda: (time.time(), time.monotonic(), datetime.datetime.now())).value
    assert 0 <= now[0] - before[0] < 10
    assert 0 <= now[1] - before[1] < 10
    assert 0 <= (now[2] - before[2]).total_seconds() < 10


def test_a_thousand_sleeps_of_an_hour_are_quick(control: Any) -> None:
    def body() -> float:
        before = time.monotonic()
        for _ in range(1000):
            time.sleep(HOUR)  # virtual time
        return time.monotonic() - before

    run = took(control, body)
    assert run.value == pytest.approx(1000 * HOUR, abs=1)
    assert run.trace.seconds == pytest.approx(1000 * HOUR, abs=1)


def test_sleepers_wake_in_the_order_of_their_time(control: Any) -> None:
    def body() -> list[int]:
        woken: list[int] = []

        def sleeper(n: int) -> None:
            time.sleep(n * HOUR)  # virtual time
            woken.append(n)

        threads = [threading.Thread(target=sleeper, args=(n,)) for n in (3, 1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return woken

    assert took(control, body).value == [1, 2, 3]


def test_a_sleep_of_no_time_and_a_negative_one(control: Any) -> None:
    def body() -> str:
        time.sleep(0)  # virtual time
        try:
            time.sleep(-1)  # virtual time
        except ValueError as error:
            return str(error)
        return ""

    assert took(control, body).value == "sleep length must be non-negative"


@pytest.mark.parametrize("wrong", [None, "1"])
def test_a_sleep_of_a_wrong_type_is_refused(control: Any, wrong: Any) -> None:
    run = control(lambda: time.sleep(wrong))  # virtual time
    assert isinstance(run.error, TypeError)


WAITS: dict[str, Callable[[float], Any]] = {
    "Lock.acquire": lambda s: [lock := threading.Lock(), lock.acquire(), lock.acquire(timeout=s)][-1],
    "Event.wait": lambda s: threading.Event().wait(s),
    "Semaphore.acquire": lambda s: threading.Semaphore(0).acquire(timeout=s),
    "Queue.get": lambda s: _caught(lambda: queue.Queue().get(timeout=s)),
    "Queue.put": lambda s: _caught(lambda: [q := queue.Queue(1), q.put(1), q.put(2, timeout=s)]),
    "SimpleQueue.get": lambda s: _caught(lambda: queue.SimpleQueue().get(timeout=s)),
    "Barrier.wait": lambda s: _caught(lambda: threading.Barrier(2).wait(s)),
    "Barrier(timeout)": lambda s: _caught(lambda: threading.Barrier(2, timeout=s).wait()),
    "Condition.wait": lambda s: _with_condition(lambda condition: condition.wait(s)),
    "Condition.wait_for": lambda s: _with_condition(lambda condition: condition.wait_for(lambda: False, s)),
    "Thread.join": lambda s: _with_busy_thread(lambda thread: thread.join(s)),
    "Future.result": lambda s: _with_busy_future(lambda future: _caught(lambda: future.result(s))),
    "Future.exception": lambda s: _with_busy_future(lambda future: _caught(lambda: future.exception(s))),
}


def _caught(act: Callable[[], Any]) -> bool:
    try:
        act()
    except (queue.Empty, queue.Full, threading.BrokenBarrierError, TimeoutError):
        return False
    return True


def _with_condition(act: Callable[[threading.Condition], Any]) -> Any:
    with threading.Condition() as _, (condition := threading.Condition()):
        return act(condition)


def _with_busy_thread(act: Callable[[threading.Thread], Any]) -> Any:
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    try:
        return act(thread)
    finally:
        go.set()
        thread.join()


def _with_busy_future(act: Callable[[Any], Any]) -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(go.wait)
        try:
            return act(future)
        finally:
            go.set()


@pytest.mark.parametrize("name", WAITS)
def test_every_time_limit_is_in_virtual_time(control: Any, name: str) -> None:
    def body() -> Any:
        before = time.monotonic()
        result = WAITS[name](HOUR)
        return result, time.monotonic() - before

    result, seconds = took(control, body).value
    assert not result
    assert seconds == pytest.approx(HOUR, abs=1e-2)


def test_a_timer_fires_after_its_time(control: Any) -> None:
    def body() -> float:
        fired: list[float] = []
        before = time.monotonic()
        timer = threading.Timer(HOUR, lambda: fired.append(time.monotonic() - before))
        timer.start()
        timer.join()
        return fired[0]

    assert took(control, body).value == pytest.approx(HOUR, abs=1e-2)


def test_a_loop_that_polls_the_clock_ends(control: Any) -> None:
    def body() -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pass
        return "ended"

    assert took(control, body).value == "ended"


def test_a_loop_that_polls_the_clock_lets_the_one_run_for_whom_it_waits(control: Any) -> None:
    def body() -> str:
        flag: list[int] = []
        thread = threading.Thread(target=lambda: flag.append(1))
        thread.start()
        until = time.time() + 60
        while not flag:
            if time.time() > until:
                return "in vain"
        thread.join()
        return "seen"

    assert took(control, body).value == "seen"


def test_a_loop_that_sleeps_for_no_time_ends(control: Any) -> None:
    def body() -> str:
        flag: list[int] = []
        thread = threading.Timer(5, flag.append, [1])
        thread.start()
        while not flag:
            time.sleep(0)  # virtual time
        thread.join()
        return "seen"

    assert took(control, body).value == "seen"


def test_a_task_that_looks_at_the_clock_often_is_not_slow(control: Any) -> None:
    """Stamping a thousand records takes no five seconds: nobody's time limit may run out because of it."""

    def body() -> Any:
        ready: queue.Queue[int] = queue.Queue()
        lock, records = threading.Lock(), []

        def produce() -> None:
            for n in range(1000):
                stamp = time.time()
                with lock:
                    records.append((n, stamp))
            ready.put(len(records))

        thread = threading.Thread(target=produce)
        thread.start()
        try:
            return ready.get(timeout=5)
        finally:
            thread.join()

    assert took(control, body).value == 1000


def test_names_bound_early_follow_too(control: Any) -> None:
    def body() -> float:
        before = early_clock()
        early_sleep(HOUR)  # virtual time
        return early_clock() - before

    assert took(control, body).value == pytest.approx(HOUR, abs=1e-3)


early_clock, early_sleep = time.monotonic, time.sleep


def test_an_experiment_starts_at_no_time(control: Any) -> None:
    def body() -> None:
        time.sleep(HOUR)  # virtual time

    assert [took(control, body).trace.seconds for _ in range(2)] == [pytest.approx(HOUR, abs=1e-3)] * 2
