"""Each primitive does under control what the real one does: programs run in both worlds and in an untouched interpreter."""

from __future__ import annotations

import ast
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from pytest_taskfail.model.schedules import PYTHON

Program = Callable[[], Any]
PROGRAMS: list[Program] = []


def program(function: Program) -> Program:
    """A program whose result does not depend on the order of its threads: both worlds must give the same."""
    PROGRAMS.append(function)
    return function


def in_threads(*functions: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def error_of(function: Callable[[], Any]) -> str:
    try:
        function()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


@program
def lock_states() -> Any:
    lock = threading.Lock()
    seen = [
        lock.locked(),
        lock.acquire(),
        lock.locked(),
        lock.acquire(False),
        lock.acquire(timeout=0.001),
        lock.acquire(True, 0.001),
    ]
    lock.release()
    with lock as entered:
        seen += [entered, lock.locked()]
    return [
        *seen,
        lock.locked(),
        error_of(lock.release),
        error_of(lambda: lock.acquire(False, 1)),
        error_of(lambda: lock.acquire(True, -2)).partition(":")[0],
    ]


@program
def lock_released_by_another_thread() -> Any:
    lock = threading.Lock()
    lock.acquire()
    in_threads(lock.release)
    return lock.acquire(False)


@program
def lock_counts() -> Any:
    lock, total = threading.Lock(), [0]

    def add() -> None:
        for _ in range(20):
            with lock:
                before = total[0]
                total[0] = before + 1

    in_threads(add, add, add)
    return total[0]


@program
def lock_given_back_by_an_exception() -> Any:
    lock = threading.Lock()

    def body() -> None:
        with lock:
            raise KeyError(1)

    return [error_of(body), lock.locked()]


@program
def rlock_states() -> Any:
    lock = threading.RLock()
    seen = [lock.acquire(), lock.acquire(False), lock.acquire(timeout=1)]
    others: list[Any] = []
    in_threads(lambda: others.extend([lock.acquire(False), lock.acquire(timeout=0.001), error_of(lock.release)]))
    lock.release()
    lock.release()
    in_threads(lambda: others.append(lock.acquire(False)))
    lock.release()
    in_threads(lambda: others.extend([lock.acquire(False), lock.release()]))
    return [*seen, *others, error_of(lock.release)]


@program
def rlock_as_context() -> Any:
    lock, seen = threading.RLock(), []

    def deep(n: int) -> None:
        with lock:
            seen.append(n)
            if n:
                deep(n - 1)

    in_threads(lambda: deep(2), lambda: deep(2))
    return seen


@program
def condition_hands_over() -> Any:
    condition, items, got = threading.Condition(), [], []

    def take() -> None:
        for _ in range(3):
            with condition:
                while not items:
                    condition.wait()
                got.append(items.pop(0))

    def give() -> None:
        for n in range(3):
            with condition:
                items.append(n)
                condition.notify()

    in_threads(take, give)
    return got


@program
def condition_with_time_limits() -> Any:
    condition = threading.Condition(threading.Lock())
    with condition:
        seen = [condition.wait(0.001), condition.wait_for(lambda: False, 0.001), condition.wait_for(lambda: 7)]
    return [*seen, error_of(condition.wait), error_of(condition.notify), error_of(condition.release)]


@program
def condition_wakes_all() -> Any:
    condition, ready, woken = threading.Condition(), [], []
    go = [False]

    def waiter() -> None:
        with condition:
            ready.append(1)
            condition.notify_all()
            condition.wait_for(lambda: go[0])
            woken.append(1)

    def waker() -> None:
        with condition:
            condition.wait_for(lambda: len(ready) == 3)
            go[0] = True
            condition.notify_all()

    in_threads(waiter, waiter, waiter, waker)
    return len(woken)


@program
def condition_of_an_rlock_lets_go_of_all_levels() -> Any:
    condition, seen = threading.Condition(), []

    def waiter() -> None:
        with condition, condition:
            seen.append("waits")
            condition.wait_for(lambda: "set" in seen)
            seen.append("woken")

    def setter() -> None:
        while True:
            with condition:
                if "waits" in seen:
                    seen.append("set")
                    condition.notify_all()
                    return
            time.sleep(0.001)  # virtual time

    in_threads(waiter, setter)
    return seen


@program
def event_states() -> Any:
    event, seen = threading.Event(), []
    seen += [event.is_set(), event.wait(0), event.wait(0.001)]
    in_threads(lambda: seen.append(event.wait()), event.set)
    seen += [event.is_set(), event.wait(), event.wait(5)]
    event.clear()
    return [*seen, event.is_set(), event.wait(timeout=0.001)]


@program
def event_frees_all_who_wait() -> Any:
    event, seen = threading.Event(), []
    in_threads(*[lambda: seen.append(event.wait()) for _ in range(4)], event.set)
    return seen


@program
def semaphore_states() -> Any:
    permits = threading.Semaphore(2)
    seen = [permits.acquire(), permits.acquire(False), permits.acquire(False), permits.acquire(timeout=0.001)]
    permits.release(2)
    with permits:
        seen.append(permits.acquire(blocking=False))
    seen.append(permits.acquire())
    return [*seen, permits.acquire(False), error_of(lambda: threading.Semaphore(-1)), error_of(lambda: permits.acquire(False, 1))]


@program
def semaphore_bounds_concurrency() -> Any:
    permits, lock, inside, most = threading.Semaphore(2), threading.Lock(), [0], [0]

    def work() -> None:
        with permits:
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= 1

    in_threads(*[work] * 5)
    return most[0] <= 2


@program
def bounded_semaphore_has_a_bound() -> Any:
    permits = threading.BoundedSemaphore(1)
    with permits:
        seen = [permits.acquire(False)]
    return [*seen, error_of(permits.release), permits.acquire(), permits.release()]


@program
def barrier_lets_all_pass_at_once() -> Any:
    actions: list[int] = []
    barrier, places = threading.Barrier(3, lambda: actions.append(1)), []
    in_threads(*[lambda: places.extend([barrier.wait(), barrier.wait()]) for _ in range(3)])
    return [sorted(places), actions, barrier.parties, barrier.n_waiting, barrier.broken]


@program
def barrier_breaks() -> Any:
    barrier = threading.Barrier(2)
    seen = [error_of(lambda: barrier.wait(0.001)), barrier.broken, error_of(barrier.wait)]
    barrier.reset()
    in_threads(barrier.wait, barrier.wait)
    barrier.abort()
    return [*seen, barrier.broken]


@program
def timer_fires_unless_cancelled() -> Any:
    seen: list[str] = []
    fires, never = threading.Timer(0.01, seen.append, ["fires"]), threading.Timer(10, seen.append, ["never"])
    never.start()
    fires.start()
    never.cancel()
    fires.join()
    never.join()
    return seen


@program
def local_data_is_of_the_thread() -> Any:
    own, seen = threading.local(), []
    own.x = "test"

    def body(n: int) -> None:
        before = hasattr(own, "x")
        own.x = n
        threading.Event().wait(0.001)
        seen.append((before, own.x == n))

    in_threads(lambda: body(1), lambda: body(2))
    return [seen, own.x]


@program
def threads_are_what_they_are() -> Any:
    seen: list[Any] = []

    def body() -> None:
        me = threading.current_thread()
        seen.append((me.name, me.daemon, me.is_alive(), me.ident == threading.get_ident(), me in threading.enumerate()))

    thread = threading.Thread(target=body, name="own name", daemon=True)
    seen.append((thread.is_alive(), thread.ident, error_of(thread.join)))
    thread.start()
    thread.join()
    thread.join(0.001)
    return [*seen, thread.is_alive(), error_of(thread.start), error_of(threading.current_thread().join)]


@program
def join_with_a_time_limit() -> Any:
    event = threading.Event()
    thread = threading.Thread(target=event.wait)
    thread.start()
    thread.join(0.001)
    seen = thread.is_alive()
    event.set()
    thread.join()
    return [seen, thread.is_alive()]


@program
def a_subclass_of_thread_runs() -> Any:
    class Adder(threading.Thread):
        def __init__(self) -> None:
            super().__init__()
            self.sum = 0

        def run(self) -> None:
            self.sum = 3

    adder = Adder()
    adder.start()
    adder.join()
    return adder.sum


@program
def queue_in_order() -> Any:
    items: queue.Queue[Any] = queue.Queue()
    got: list[Any] = []

    def take() -> None:
        while (item := items.get()) is not None:
            got.append(item)
            items.task_done()

    def give() -> None:
        for n in range(5):
            items.put(n)
        items.join()
        items.put(None)

    in_threads(take, give)
    return [got, items.empty(), items.qsize(), error_of(items.get_nowait), error_of(lambda: items.get(timeout=0.001))]


@program
def queue_has_a_bound() -> Any:
    items: queue.Queue[int] = queue.Queue(1)
    items.put(1)
    seen = [
        items.full(),
        error_of(lambda: items.put(2, False)),
        error_of(lambda: items.put(2, timeout=0.001)),
        error_of(lambda: items.put_nowait(3)),
    ]
    got: list[int] = []
    in_threads(lambda: items.put(2), lambda: got.extend([items.get(), items.get()]))
    return [
        *seen,
        got,
        error_of(lambda: items.get(timeout=-1)),
        [items.task_done(), items.task_done()],
        error_of(items.task_done),
    ]


@program
def lifo_and_priority_queues() -> Any:
    stack: queue.LifoQueue[int] = queue.LifoQueue()
    heap: queue.PriorityQueue[int] = queue.PriorityQueue()
    for n in (2, 3, 1):
        stack.put(n)
        heap.put(n)
    got: list[int] = []
    in_threads(lambda: got.extend(stack.get() for _ in range(3)))
    in_threads(lambda: got.extend(heap.get() for _ in range(3)))
    in_threads(lambda: got.append(heap.get()), lambda: heap.put(9))
    return got


@program
def simple_queue() -> Any:
    items: queue.SimpleQueue[int] = queue.SimpleQueue()
    got: list[int] = []
    in_threads(lambda: got.extend([items.get(), items.get(timeout=5)]), lambda: [items.put(1), items.put_nowait(2)])
    return [
        got,
        items.empty(),
        items.qsize(),
        error_of(items.get_nowait),
        error_of(lambda: items.get(False)),
        error_of(lambda: items.get(timeout=0.001)),
        error_of(lambda: items.get(timeout=-1)),
    ]


def double(n: int) -> int:
    return n * 2


def fail(n: int) -> None:
    raise KeyError(n)


@program
def pool_maps_and_submits() -> Any:
    with ThreadPoolExecutor(3) as pool:
        future = pool.submit(double, 4)
        seen = [list(pool.map(double, range(5))), future.result(), future.exception(), future.done(), future.cancelled()]
        failed = pool.submit(fail, 1)
        seen += [error_of(failed.result), repr(failed.exception()), error_of(lambda: list(pool.map(fail, [7])))]
    return [*seen, error_of(lambda: pool.submit(double, 1))]


@program
def pool_calls_back() -> Any:
    called: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        for n in range(3):
            pool.submit(double, n).add_done_callback(lambda future: called.append(future.result()))
    return sorted(called)


@program
def pool_with_an_initializer() -> Any:
    own = threading.local()

    def prepare(n: int) -> None:
        own.n = n

    with ThreadPoolExecutor(2, initializer=prepare, initargs=(5,)) as pool:
        return list(pool.map(lambda n: own.n + n, range(3)))


@program
def pool_shut_down_cancels_what_has_not_begun() -> Any:
    began, go = threading.Event(), threading.Event()

    def first() -> str:
        began.set()
        go.wait()
        return "first"

    pool = ThreadPoolExecutor(1)
    futures = [pool.submit(first), pool.submit(double, 1), pool.submit(double, 2)]
    began.wait()
    pool.shutdown(wait=False, cancel_futures=True)
    seen = [future.cancelled() for future in futures]
    go.set()
    pool.shutdown()
    return [seen, futures[0].result(), error_of(futures[1].result), [future.done() for future in futures]]


@program
def pool_finishes_what_has_been_submitted() -> Any:
    pool = ThreadPoolExecutor(1)
    futures = [pool.submit(double, n) for n in range(4)]
    pool.shutdown()
    return [future.done() and future.result() for future in futures]


@program
def future_is_cancelled_before_it_begins() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        blocked, pending = pool.submit(go.wait), pool.submit(double, 1)
        seen = [pending.cancel(), pending.cancelled(), pending.cancel()]
        go.set()
        blocked.result()
        seen += [blocked.cancel(), blocked.cancelled()]
    return seen


@program
def future_with_a_time_limit() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(go.wait)
        seen = [error_of(lambda: future.result(0.001)), error_of(lambda: future.exception(timeout=0.001))]
        go.set()
        return [*seen, future.result(5)]


@program
def wait_for_futures() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        quick, slow = pool.submit(double, 1), pool.submit(go.wait)
        done, left = wait([quick, slow], return_when=FIRST_COMPLETED)
        seen = [done == {quick}, left == {slow}]
        bad = pool.submit(fail, 1)
        done, left = wait([slow, bad], return_when=FIRST_EXCEPTION)
        seen += [done == {bad}, left == {slow}]
        done, left = wait([slow], timeout=0.001)
        seen += [not done, left == {slow}]
        go.set()
        done, left = wait({quick, slow, bad})
        return [*seen, len(done), len(left)]


@program
def futures_as_they_complete() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        quick, slow = pool.submit(double, 1), pool.submit(go.wait)
        order = []
        for future in as_completed([slow, quick]):
            order.append(future is quick)
            go.set()
        again, never = pool.submit(double, 2), threading.Event()
        hangs = pool.submit(never.wait)
        seen: list[Any] = []

        def too_slow() -> None:
            for future in as_completed([again, hangs], timeout=0.01):
                seen.append(future.result())

        seen.append(error_of(too_slow))
        never.set()
        return [order, seen]


@program
def map_with_a_time_limit() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        seen = error_of(lambda: list(pool.map(lambda n: n or go.wait(), [1, 0], timeout=0.01)))
        go.set()
    return seen


@program
def pool_inside_of_a_pool() -> Any:
    def outer(n: int) -> int:
        with ThreadPoolExecutor(2) as inner:
            return sum(inner.map(double, range(n)))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(outer, [2, 3]))


@program
def a_cancelled_future_has_no_result() -> Any:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(go.wait)
        pending = pool.submit(double, 1)
        pending.cancel()
        go.set()
        try:
            pending.result()
        except CancelledError:
            return "cancelled"


@pytest.fixture(scope="module")
def stock() -> Any:
    """What the programs give in an interpreter in which nothing is replaced."""
    code = f"import runpy; module = runpy.run_path({__file__!r}); print(repr({{p.__name__: p() for p in module['PROGRAMS']}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return ast.literal_eval(done.stdout)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_it_is_under_control_what_it_is_elsewhere(program: Program, value_of: Any, stock: Any) -> None:
    assert value_of(program) == stock[program.__name__]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_it_is_what_it_was_outside_of_experiments_too(program: Program, control: Any, stock: Any) -> None:
    assert program() == stock[program.__name__]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_result_is_the_same_under_every_single_deviation(program: Program, control: Any) -> None:
    first = control(program)
    numbers = [number for number, choice in enumerate(first.trace.choices) if len(choice.options) > 1]
    for number in numbers[:: max(1, len(numbers) // 20)]:
        choice = first.trace.choices[number]
        other = next(option for option in choice.options if option != choice.chosen)
        run = control(program, schedule=f"{PYTHON} {number}:{other}")
        assert (run.error, run.trace.stopped, run.trace.diverged) == (None, "", ""), (number, other)
        assert run.value == first.value, (number, other)
