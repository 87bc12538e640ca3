"""When nobody can run and nothing is scheduled that is known exactly and at once, and told with names and lines."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from controlled_runs import alone

from pytest_taskfail.laws import judge
from pytest_taskfail.model.traces import Trace

FILE = "tests/runtime/test_deadlocks_are_exact.py"


def lines_of(run: Any) -> list[str]:
    """The evidence, without the numbers of lines and the name of this file."""
    (finding,) = judge(run.trace, Trace())
    return [line.replace(FILE, "here") for line in finding.lines]


def line(marker: str) -> str:
    with open(__file__, encoding="utf-8") as source:
        (number,) = [number for number, text in enumerate(source, 1) if text.rstrip().endswith(f"# {marker}")]
    return f"here:{number}"


def test_a_task_that_raises_and_keeps_the_lock(control: Any) -> None:
    def body() -> None:
        lock = threading.Lock()  # made

        def charge(n: int) -> None:
            lock.acquire()  # taken
            if n == 0:
                raise ConnectionError
            lock.release()

        with ThreadPoolExecutor(2) as pool:
            for n in range(2):
                pool.submit(charge, n)

    began = time.monotonic()
    run = control(body)
    assert time.monotonic() - began < 1
    assert run.trace.stopped == "deadlock"
    assert lines_of(run) == [
        f"charge#0  ended with ConnectionError, still holds Lock {line('made')} (taken at {line('taken')})",
        f"charge#1  waits for that lock at {line('taken')}",
        f"test  waits for the tasks of the ThreadPoolExecutor to end at {FILE.replace(FILE, 'here')}:{int(line('made')[5:]) + 8}",
    ]
    assert run.trace.doubts == ()
    assert len(run.trace.stacks) >= 2
    assert any(f"{FILE}:" in stack and "charge" in stack for stack in run.trace.stacks)


def test_two_locks_taken_crosswise(control: Any) -> None:
    def body() -> None:
        left, right = threading.Lock(), threading.Lock()
        half = threading.Barrier(2)

        def ab() -> None:
            with left:
                half.wait()
                with right:  # ab waits
                    pass

        def ba() -> None:
            with right:
                half.wait()
                with left:  # ba waits
                    pass

        threads = [threading.Thread(target=function) for function in (ab, ba)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    run = control(body)
    assert run.trace.stopped == "deadlock"
    told = lines_of(run)
    assert any(text.startswith("ab#0  waits for Lock") and "held by ba#0" in text and line("ab waits") in text for text in told)
    assert any(text.startswith("ba#0  waits for Lock") and "held by ab#0" in text and line("ba waits") in text for text in told)
    assert any(text.startswith("test  waits for ab#0 to end") for text in told)


def waits_for_itself() -> None:
    lock = threading.Lock()
    with lock:
        lock.acquire()


def waits_for_an_event() -> None:
    threading.Event().wait()


def waits_for_an_item() -> None:
    queue.Queue[int]().get()


def waits_for_an_item_of_a_simple_queue() -> None:
    queue.SimpleQueue[int]().get()


def waits_for_room() -> None:
    items: queue.Queue[int] = queue.Queue(1)
    items.put(1)
    items.put(2)


def waits_for_items_to_be_done() -> None:
    items: queue.Queue[int] = queue.Queue()
    items.put(1)
    items.join()


def waits_for_a_permit() -> None:
    threading.Semaphore(0).acquire()


def waits_for_a_notification() -> None:
    with threading.Condition() as _, (condition := threading.Condition()):
        condition.wait()


def waits_for_a_party() -> None:
    threading.Barrier(2).wait()


def waits_for_a_future() -> None:
    from concurrent.futures import Future

    Future[int]().result()


def waits_for_futures() -> None:
    from concurrent.futures import Future, wait

    wait([Future()])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (waits_for_itself, "for Lock"),
        (waits_for_an_event, "for Event .* to be set"),
        (waits_for_an_item, "for an item of Queue"),
        (waits_for_an_item_of_a_simple_queue, "for an item of SimpleQueue"),
        (waits_for_room, "for room in Queue"),
        (waits_for_items_to_be_done, "until all items of Queue .* are done"),
        (waits_for_a_permit, "for a permit of Semaphore"),
        (waits_for_a_notification, "to be notified by Condition"),
        (waits_for_a_party, "for the others at Barrier"),
        (waits_for_a_future, "for a future"),
        (waits_for_futures, "for futures in concurrent.futures.wait"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_waited_for_is_named(control: Any, body: Any, words: str) -> None:
    import re

    run = control(body)
    assert run.trace.stopped == "deadlock"
    (wait,) = run.trace.waits
    assert re.match(words, wait.what)
    assert wait.place.file == FILE
    assert wait.task == "test"


def test_a_time_limit_is_no_deadlock(control: Any) -> None:
    def body() -> bool:
        return threading.Event().wait(1e6)

    run = control(body)
    assert (run.value, run.error, run.trace.stopped) == (False, None, "")


def test_a_daemon_that_waits_for_ever_is_no_deadlock(control: Any) -> None:
    def body() -> str:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return "ended"

    run = control(body)
    assert (run.value, run.trace.stopped) == ("ended", "")
    assert [alive.task for alive in run.trace.alive] == ["wait#0"]


def test_after_a_deadlock_everybody_is_ended_and_finally_blocks_run(control: Any) -> None:
    ended: list[str] = []

    def body() -> None:
        lock = threading.Lock()
        lock.acquire()

        def work() -> None:
            try:
                with lock:
                    ended.append("never")
            finally:
                ended.append("work")

        thread = threading.Thread(target=work)
        thread.start()
        try:
            thread.join()
        finally:
            ended.append("test")

    before = set(threading.enumerate())
    run = control(body)
    assert run.trace.stopped == "deadlock"
    assert sorted(ended) == ["test", "work"]
    assert set(threading.enumerate()) == before


def test_code_that_swallows_everything_cannot_go_on_for_ever(control: Any) -> None:
    def body() -> None:
        lock = threading.Lock()
        lock.acquire()

        def stubborn() -> None:
            while True:
                try:
                    lock.acquire()
                except BaseException:
                    continue

        threading.Thread(target=stubborn, daemon=True).start()
        lock.acquire()

    run = control(body)
    assert run.trace.stopped == "deadlock"
    assert control(lambda: 7).value == 7


def test_a_loop_without_end_is_a_livelock() -> None:
    alone(a_loop_without_end_is_a_livelock)


def a_loop_without_end_is_a_livelock(control: Any) -> None:
    def body() -> None:
        lock = threading.Lock()
        while True:
            with lock:
                pass

    run = control(body, steps_max=2000)
    assert run.trace.stopped == "livelock"
    assert run.trace.waits[0].what == "runs on"


def test_the_next_experiment_is_not_touched_by_a_deadlock(control: Any) -> None:
    assert control(waits_for_an_event).trace.stopped == "deadlock"
    run = control(lambda: 7)
    assert (run.value, run.trace.stopped, run.trace.doubts) == (7, "", ())
