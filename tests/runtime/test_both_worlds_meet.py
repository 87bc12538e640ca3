"""Locks, queues and pools that threads under control share with threads and times that are not."""

from __future__ import annotations

import os
import pickle
import queue
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from controlled_runs import alone


@pytest.fixture
def outside() -> Iterator[Any]:
    """Starts real threads; at the end each must have ended."""
    threads: list[threading.Thread] = []

    def start(function: Any, *args: Any) -> threading.Thread:
        thread = threading.Thread(target=function, args=args, daemon=True)
        thread.start()
        threads.append(thread)
        return thread

    yield start
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def fine(run: Any) -> Any:
    assert (run.error, run.trace.stopped) == (None, "")
    return run.value


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock], ids=["Lock", "RLock"])
def test_a_lock_made_before_the_experiment(control: Any, make: Any) -> None:
    lock, total = make(), [0]

    def add() -> None:
        with lock:
            total[0] += 1

    def body() -> int:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: add(), range(10)))
        return total[0]

    assert fine(control(body)) == 10
    add()
    assert fine(control(body)) == 21


def test_a_lock_held_by_a_thread_outside_is_waited_for(control: Any, outside: Any) -> None:
    lock, held, done = threading.Lock(), threading.Event(), []

    def holder() -> None:
        with lock:
            held.set()
            go.wait()
            done.append("outside")

    go = threading.Event()
    outside(holder)
    held.wait()

    def body() -> list[str]:
        go.set()
        with lock:
            done.append("inside")
        return done

    assert fine(control(body)) == ["outside", "inside"]


def test_a_lock_held_inside_is_waited_for_by_a_thread_outside(control: Any, outside: Any) -> None:
    lock, wants, done = threading.Lock(), threading.Event(), []

    def other() -> None:
        wants.set()
        with lock:
            done.append("outside")

    def body() -> None:
        with lock:
            done.append("inside")

    lock.acquire()
    outside(other)
    wants.wait()
    control(lambda: lock.release())
    control(body)
    assert sorted(done) in (["inside"], ["inside", "outside"])


def test_a_semaphore_a_condition_and_an_event_made_before(control: Any) -> None:
    permits, condition, event, flags = threading.Semaphore(1), threading.Condition(), threading.Event(), []

    def body() -> list[str]:
        def work(name: str) -> None:
            with permits, condition:
                flags.append(name)
                condition.notify_all()

        with ThreadPoolExecutor(2) as pool:
            pool.submit(work, "a")
            pool.submit(work, "b")
            with condition:
                condition.wait_for(lambda: len(flags) == 2)
            pool.submit(event.set)
            event.wait()
        return sorted(flags)

    assert fine(control(body)) == ["a", "b"]


def test_an_executor_made_before_the_experiment(control: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert fine(control(lambda: list(pool.map(abs, [-1, 2])))) == [1, 2]
        assert list(pool.map(abs, [-3])) == [3]
        assert fine(control(lambda: list(pool.map(abs, [-4, 5])))) == [4, 5]


def test_an_executor_whose_threads_began_before_the_experiment(control: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(abs, [-3, -4, -5])) == [3, 4, 5]
        for _ in range(3):
            run = control(lambda: list(pool.map(abs, [-1, 2, -3])))
            assert fine(run) == [1, 2, 3]
            assert run.trace.doubts == ()
            assert [event.name for event in run.trace.events if event.kind == "submit"] == ["abs#0", "abs#1", "abs#2"]


def test_tasks_of_an_old_executor_wait_in_virtual_time(control: Any) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(abs, 1).result()

        def nap() -> float:
            before = time.monotonic()
            time.sleep(3600)  # virtual time
            return time.monotonic() - before

        assert fine(control(lambda: pool.submit(nap).result())) == pytest.approx(3600, abs=0.01)


def test_a_deadlock_in_an_old_executor_is_exact() -> None:
    alone(a_deadlock_in_an_old_executor_is_exact)


def a_deadlock_in_an_old_executor_is_exact(control: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(abs, [1, 2, 3]))
        lock = threading.Lock()

        def charge() -> None:
            lock.acquire()

        def body() -> None:
            first, second = pool.submit(charge), pool.submit(charge)
            first.result()
            second.result()

        run = control(body)
        assert run.trace.stopped == "deadlock"


def test_an_executor_survives_the_end_of_a_deadlock() -> None:
    alone(an_executor_survives_the_end_of_a_deadlock)


def an_executor_survives_the_end_of_a_deadlock(control: Any) -> None:
    pool = ThreadPoolExecutor(2)

    def body() -> None:
        pool.submit(threading.Event().wait).result()

    assert control(body).trace.stopped == "deadlock"
    assert fine(control(lambda: list(pool.map(abs, [-1])))) == [1]
    pool.shutdown()


def test_a_thread_outlives_its_experiment_and_the_next_takes_it_over(control: Any) -> None:
    asked: queue.Queue[Any] = queue.Queue()
    answers: queue.Queue[Any] = queue.Queue()

    def serve() -> None:
        while (item := asked.get()) is not None:
            answers.put(item * 2)

    def first() -> int:
        threading.Thread(target=serve, name="server", daemon=True).start()
        asked.put(1)
        return int(answers.get())

    def second() -> int:
        asked.put(4)
        return int(answers.get())

    assert fine(control(first)) == 2
    for _ in range(3):
        run = control(second)
        assert fine(run) == 8
        assert (run.trace.doubts, run.trace.alive) == ((), ())
    asked.put(5)
    assert answers.get(timeout=10) == 10
    asked.put(None)
    for thread in threading.enumerate():
        if thread.name == "server":
            thread.join(10)
            assert not thread.is_alive()


def test_a_queue_filled_by_a_thread_outside_is_waited_for(control: Any, outside: Any) -> None:
    items: queue.Queue[int] = queue.Queue()
    go = threading.Event()

    def feed() -> None:
        go.wait()
        for n in range(3):
            items.put(n)

    outside(feed)

    def body() -> list[int]:
        go.set()
        return [items.get(timeout=60) for _ in range(3)]

    assert fine(control(body)) == [0, 1, 2]


def test_threads_outside_go_on_while_an_experiment_runs() -> None:
    alone(threads_outside_go_on_while_an_experiment_runs)


def threads_outside_go_on_while_an_experiment_runs(control: Any) -> None:
    lock, total, stop = threading.Lock(), [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            with lock:
                total[0] += 1

    threading.Thread(target=count, daemon=True).start()

    def body() -> None:
        for _ in range(50):
            with lock:
                total[0] += 1

    try:
        for _ in range(10):
            fine(control(body))
    finally:
        stop.set()


def test_an_echo_server_and_its_client_over_loopback(control: Any) -> None:
    def body() -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def serve() -> None:
                peer, _ = server.accept()
                with peer:
                    while data := peer.recv(100):
                        peer.sendall(data.upper())

            thread = threading.Thread(target=serve)
            thread.start()
            with socket.create_connection(server.getsockname()) as client:
                client.sendall(b"one")
                first = client.recv(100)
                client.sendall(b"two")
                second = client.recv(100)
            thread.join()
            return first + second

    for _ in range(5):
        run = control(body)
        assert fine(run) == b"ONETWO"
        assert run.trace.alive == ()


def test_a_pipe_is_read_without_the_baton(control: Any) -> None:
    def body() -> bytes:
        reader, writer = os.pipe()
        try:
            with ThreadPoolExecutor(2) as pool:
                read = pool.submit(os.read, reader, 10)
                pool.submit(os.write, writer, b"pipe")
                return read.result()
        finally:
            os.close(reader)
            os.close(writer)

    assert fine(control(body)) == b"pipe"


def test_a_socket_with_a_time_limit_in_real_time(control: Any) -> None:
    def body() -> str:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.05)
            try:
                server.accept()
            except TimeoutError:
                return "in time"
        return ""

    assert fine(control(body)) == "in time"


def test_a_lock_that_nobody_can_see_costs_only_certainty(control: Any) -> None:
    """A lock of the interpreter itself, as an extension module would take it."""
    import _thread

    def body() -> str:
        hidden = _thread.allocate_lock()
        hidden.acquire()
        thread = threading.Thread(target=hidden.acquire)
        thread.start()
        hidden.release()
        thread.join()
        return "ended"

    assert fine(control(body)) == "ended"


def test_a_wait_for_input_that_never_comes_ends_as_stalled(control: Any) -> None:
    def body() -> None:
        left, right = socket.socketpair()
        with left, right:
            right.settimeout(3)
            done = threading.Event()
            thread = threading.Thread(target=lambda: [right.recv(1), done.set()])
            thread.start()
            done.wait()

    run = control(body)
    assert run.trace.stopped in ("stalled", "hang")
    assert any("recv" in wait.what for wait in run.trace.waits)


@pytest.mark.parametrize("kind", [selectors.SelectSelector, selectors.PollSelector, selectors.DefaultSelector])
def test_a_server_that_looks_for_requests_again_and_again_ends_with_its_experiment(control: Any, kind: type) -> None:
    left, right = socket.socketpair()
    servers = []

    def serve() -> None:
        with kind() as selector:
            selector.register(right, selectors.EVENT_READ)
            while not selector.select(0.01):
                pass

    def body() -> None:
        servers.append(threading.Thread(target=serve))
        servers[0].start()

    with left, right:
        run = control(body)
        assert [one.task for one in run.trace.alive] == ["serve#0"]
        servers[0].join(5)
        ended = not servers[0].is_alive()
        left.send(b"x")  # one that has not been ended lets the process end
    assert ended


def test_a_child_whose_output_is_read_from_two_pipes_may_take_its_time(control: Any) -> None:
    def body() -> list[bytes]:
        code = "import sys, time; sys.stdin.read(); time.sleep(1.2); print('x', end='')"  # longer than STALLED_AFTER
        found = []
        run = lambda: found.append(subprocess.run([sys.executable, "-c", code], input=b"a", stdout=subprocess.PIPE).stdout)  # noqa: E731
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return found

    assert fine(control(body)) == [b"x"]


def comes_back_late(control: Any) -> None:
    left, right = socket.socketpair()

    def body() -> None:
        done = threading.Event()
        threading.Thread(target=lambda: [right.recv(1), done.set()]).start()
        done.wait()

    assert control(body).trace.stopped in ("stalled", "hang")
    left.send(b"x")


def test_a_thread_that_comes_back_after_its_experiment_lets_the_process_end() -> None:
    alone(comes_back_late)


def test_a_computation_without_a_step_is_announced(control: Any) -> None:
    def body() -> int:
        found = threading.Event()

        def compute() -> None:
            n = 0
            while not found.is_set() and n < 30_000_000:
                n += 1

        thread = threading.Thread(target=compute)
        thread.start()
        found.set()
        thread.join()
        return 1

    assert fine(control(body)) == 1


def test_a_child_of_a_child_can_fork_while_locks_are_idle() -> None:
    """`os` keeps bound methods of locks; after a fork these must still be those of the lock that is made anew."""
    program = """
import pytest_taskfail.plugin
import concurrent.futures.thread, os

def depth(number):
    pid = os.fork()
    if pid == 0:
        if number:
            depth(number - 1)
        os._exit(0)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

depth(3)
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("kind", [threading.Lock, threading.RLock])
def test_the_kinds_of_locks_can_be_pickled_and_locks_look_like_the_interpreters(kind: Any) -> None:
    """A manager of multiprocessing sends `threading.Lock` to its process; trio looks at the module of a lock's class."""
    assert pickle.loads(pickle.dumps(kind)) is kind
    assert type(kind()).__module__ == "_thread"
