"""An event loop under control: one clock with the threads, deadlocks known at once, cancellations at every await."""

from __future__ import annotations

import asyncio
import contextvars
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from pytest_taskfail.laws import judge
from pytest_taskfail.model.traces import Trace

FILE = "tests/runtime/test_event_loops.py"


def told(run: Any) -> list[str]:
    """The evidence of the only finding, without the names and numbers of lines."""
    (finding,) = judge(run.trace, Trace())
    return [line.partition(f" at {FILE}")[0].replace(FILE, "here") for line in finding.lines]


def cancelled_at(control: Any, function: Callable[[], Any], plan: str) -> Any:
    """A run with one fault that must fire."""
    run = control(function, plan)
    assert run.experiment.unfired() == []
    return run


# ---------------------------------------------------------------------- time


def test_an_hour_of_sleep_takes_no_time(value_of: Any) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(asyncio.sleep(3600) for _ in range(100)))
        return loop.time() - began

    before = time.perf_counter()
    assert value_of(lambda: asyncio.run(main())) == pytest.approx(3600, abs=0.01)
    assert time.perf_counter() - before < 5


def test_time_limits_run_out_in_virtual_time(value_of: Any) -> None:
    async def main() -> list[str]:
        said = []
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 600)
        except TimeoutError:
            said.append("wait_for")
        try:
            async with asyncio.timeout(600):
                await asyncio.sleep(7200)
        except TimeoutError:
            said.append("timeout")
        done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(9000))], timeout=600)
        said.append(f"{len(done)} {len(pending)}")
        pending.pop().cancel()
        return said

    assert value_of(lambda: asyncio.run(main())) == ["wait_for", "timeout", "0 1"]


def test_threads_and_loops_share_one_clock(value_of: Any) -> None:
    def work(seconds: float) -> float:
        time.sleep(seconds)  # virtual time
        return time.monotonic()

    async def main() -> list[float]:
        began = time.monotonic()
        ends = await asyncio.gather(asyncio.to_thread(work, 100), asyncio.to_thread(work, 300), asyncio.sleep(200, 0.0))
        return [round(ends[0] - began), round(ends[1] - began), round(asyncio.get_running_loop().time() - began)]

    assert value_of(lambda: asyncio.run(main())) == [100, 300, 300]


def test_a_loop_that_polls_comes_to_an_end(value_of: Any) -> None:
    async def main() -> bool:
        flag = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(5, flag.set_result, True)
        while not flag.done():
            await asyncio.sleep(0)
        return flag.result()  # type: ignore[no-any-return]

    assert value_of(lambda: asyncio.run(main())) is True


# ---------------------------------------------------------------------- loops and threads


def test_a_loop_in_a_thread_of_its_own(value_of: Any) -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(10)
        return number * 2

    def body() -> int:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(double(4), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    assert value_of(body) == 8


def test_a_loop_that_was_there_before(control: Any) -> None:
    async def main() -> str:
        await asyncio.sleep(3600)
        return "done"

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        assert control(lambda: runner.run(main())).value == "done"
        assert control(lambda: runner.run(main())).value == "done"
        selector = loop._selector  # type: ignore[attr-defined]
        assert type(selector).__module__ == "selectors"
        assert runner.run(asyncio.sleep(0, "and outside")) == "and outside"


def test_the_users_own_task_factory_context_and_debug_mode(value_of: Any) -> None:
    number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)
    made = []

    def factory(loop: Any, coro: Any, **kwargs: Any) -> Any:
        made.append(coro.__name__)
        return asyncio.Task(coro, loop=loop, **kwargs)

    async def child() -> int:
        await asyncio.sleep(1)
        return number.get()

    async def main() -> int:
        asyncio.get_running_loop().set_task_factory(factory)
        number.set(7)
        return await asyncio.create_task(child(), name="mine")

    assert value_of(lambda: asyncio.run(main(), debug=True)) == 7
    assert made[0] == "child"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has eager tasks")
def test_eager_tasks(value_of: Any) -> None:
    async def child(number: int) -> int:
        if number:
            await asyncio.sleep(number)
        return number

    async def main() -> list[int]:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]
        return await asyncio.gather(*(child(number) for number in range(3)))

    assert value_of(lambda: asyncio.run(main())) == [0, 1, 2]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has eager tasks")
@pytest.mark.parametrize(
    "factory_of", [lambda: asyncio.eager_task_factory, lambda: asyncio.create_eager_task_factory(asyncio.Task)]
)
def test_the_coroutine_of_an_eager_task_that_is_over_is_not_asked_for(value_of: Any, factory_of: Any) -> None:
    """The interpreter crashes otherwise, before Python 3.12.5."""

    async def child(number: int) -> int:
        if number:
            await asyncio.sleep(number)
            raise OSError("no")
        return number

    async def main() -> str:
        asyncio.get_running_loop().set_task_factory(factory_of())
        tasks = [asyncio.create_task(child(number)) for number in range(2)]
        try:
            await asyncio.gather(*tasks)
        except OSError:
            tasks[0].cancel()
            return str(tasks[0].result())
        return "nothing failed"

    assert value_of(lambda: asyncio.run(main())) == "0"


# ---------------------------------------------------------------------- files


async def double(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server of one line."""
    number = int(await reader.readline())
    await asyncio.sleep(60)
    writer.write(b"%d\n" % (2 * number))
    await writer.drain()
    writer.close()


async def ask(port: int, number: int) -> int:
    """A client of one line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"%d\n" % number)
    answer = int(await reader.readline())
    writer.close()
    return answer


def test_both_ends_of_connections_in_one_test_need_no_patience(value_of: Any) -> None:
    async def main() -> list[int]:
        server = await asyncio.start_server(double, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            return await asyncio.gather(*(ask(port, number) for number in range(3)))
        finally:
            server.close()

    assert value_of(lambda: asyncio.run(main())) == [0, 2, 4]  # and without a doubt: the clock has not jumped over anything


def test_a_pipe_is_waited_for_in_real_time(control: Any) -> None:
    async def main() -> bytes:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print('hi')", stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        return said

    run = control(lambda: asyncio.run(main()))
    assert (run.error, run.value, run.trace.stopped) == (None, b"hi\n", "")


def test_a_connection_that_nobody_serves_is_stalled(control: Any) -> None:
    mine, theirs = socket.socketpair()

    async def main() -> bytes:
        reader, writer = await asyncio.open_connection(sock=mine)
        try:
            return await reader.readline()
        finally:
            writer.close()

    run = control(lambda: asyncio.run(main()))
    theirs.close()
    assert run.trace.stopped == "stalled"
    assert told(run) == ["main#0  waits for data of a stream", "test  waits for main#0"]


# ---------------------------------------------------------------------- deadlocks


def test_two_locks_taken_crosswise(control: Any) -> None:
    async def transfer(first: asyncio.Lock, second: asyncio.Lock) -> None:
        async with first:
            await asyncio.sleep(1)
            async with second:
                pass

    async def main() -> None:
        a, b = asyncio.Lock(), asyncio.Lock()
        async with asyncio.TaskGroup() as group:
            group.create_task(transfer(a, b))
            group.create_task(transfer(b, a))

    run = control(lambda: asyncio.run(main()))
    assert run.trace.stopped == "deadlock"
    (finding,) = judge(run.trace, Trace())
    lines = [line.replace(FILE, "here") for line in finding.lines]
    assert [line.partition("  ")[0] for line in lines] == ["transfer#0", "transfer#1", "main#0", "test"]
    assert "held by transfer#1 (taken at here:" in lines[0]
    assert lines[2].startswith("main#0  waits for the tasks of its group: transfer#0, transfer#1 at here:")
    assert any(stack.startswith("transfer#0\n") for stack in run.trace.stacks)


def test_a_future_that_nobody_completes(control: Any) -> None:
    async def child() -> None:
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        await asyncio.create_task(child())

    run = control(lambda: asyncio.run(main()))
    assert told(run) == [
        "main#0  waits for child#0",
        "child#0  waits for a future that nobody completes",
        "test  waits for main#0",
    ]


def test_a_thread_that_waits_for_a_lock_which_the_loop_holds(control: Any) -> None:
    lock = threading.Lock()

    async def main() -> None:
        with lock:
            await asyncio.to_thread(lock.acquire)

    run = control(lambda: asyncio.run(main()))
    assert run.trace.stopped == "deadlock"


# ---------------------------------------------------------------------- cancellation


class Log:
    """What a worker did, and what became of it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def work(self) -> None:
        self.said.append("begins")
        try:
            await asyncio.sleep(1)
            self.said.append("slept")
            await asyncio.sleep(1)
            self.said.append("done")
        except asyncio.CancelledError:
            self.said.append("cancelled")
            raise

    async def main(self) -> Any:
        return await asyncio.gather(self.work(), return_exceptions=True)


def test_cancelled_before_the_first_step(control: Any) -> None:
    log = Log()
    run = cancelled_at(control, lambda: asyncio.run(log.main()), "cancel @ start:work#0")
    assert (log.said, [type(one) for one in run.value]) == ([], [asyncio.CancelledError])


def test_cancelled_while_it_is_blocked(control: Any) -> None:
    log = Log()
    cancelled_at(control, lambda: asyncio.run(log.main()), "cancel @ await:sleep@Log.work#1 in work#0")
    assert log.said == ["begins", "slept", "cancelled"]


def test_cancelled_in_the_instant_in_which_what_it_awaits_comes(control: Any) -> None:
    seen = []

    async def wait(event: asyncio.Event) -> None:
        try:
            await event.wait()
        except asyncio.CancelledError:
            seen.append(event.is_set())
            raise

    async def main() -> None:
        event = asyncio.Event()
        task = asyncio.create_task(wait(event))
        await asyncio.sleep(1)
        event.set()
        await asyncio.wait([task])

    # The event has been set, the task has not seen it yet.
    plan = f"cancel late @ await:Event.wait@{wait.__qualname__.rpartition('<locals>.')[2]} in wait#0"
    cancelled_at(control, lambda: asyncio.run(main()), plan)
    assert seen == [True]


def test_a_member_of_a_group_is_cancelled_through_its_group(control: Any) -> None:
    seen = []

    async def member(number: int) -> None:
        try:
            await asyncio.sleep(number + 1)
        except asyncio.CancelledError:
            seen.append(number)
            raise

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(member(number))

    run = cancelled_at(control, lambda: asyncio.run(main()), "cancel @ await:sleep@member in member#1")
    assert sorted(seen) == [0, 1, 2]
    assert isinstance(run.error, asyncio.CancelledError)


def test_a_start_that_fails_and_an_end_that_fails(control: Any) -> None:
    log = Log()
    run = cancelled_at(control, lambda: asyncio.run(log.main()), "raise OSError @ start:work#0")
    assert ([type(one) for one in run.value], log.said) == ([OSError], [])
    run = cancelled_at(control, lambda: asyncio.run(log.main()), "raise OSError @ end:work#0")
    assert ([type(one) for one in run.value], log.said) == ([OSError], ["begins", "slept", "done"])


def test_an_await_that_fails(control: Any) -> None:
    log = Log()
    run = cancelled_at(control, lambda: asyncio.run(log.main()), "raise OSError @ await:sleep@Log.work in work#0")
    assert ([type(one) for one in run.value], log.said) == ([OSError], ["begins"])


def test_a_time_limit_that_runs_out_and_one_that_does_so_in_the_last_instant(control: Any) -> None:
    class Service:
        async def ready(self) -> str:
            try:
                await asyncio.wait_for(asyncio.sleep(1), 30)
            except TimeoutError:
                return f"too late after {asyncio.get_running_loop().time() - self.began:.0f} s"
            return "ready"

        async def main(self) -> str:
            self.began = asyncio.get_running_loop().time()
            return await self.ready()

    def body() -> str:
        return asyncio.run(Service().main())

    assert control(body).value == "ready"
    name = "wait_for@" + Service.ready.__qualname__.rpartition("<locals>.")[2]
    assert cancelled_at(control, body, f"expire @ timer:{name} in main#0").value == "too late after 30 s"
    late = cancelled_at(control, body, f"expire late @ timer:{name} in main#0").value
    assert late in ("too late after 30 s", "ready")


def test_a_time_limit_that_has_run_out_by_itself_does_not_do_so_again(control: Any) -> None:
    async def limited() -> str:
        try:
            async with asyncio.timeout(1):
                await asyncio.sleep(5)
        except TimeoutError:
            return "in time"
        return "late"

    async def main() -> tuple[str, list[Any]]:
        logged: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: logged.append(context))
        return await asyncio.create_task(limited()), logged

    run = cancelled_at(control, lambda: asyncio.run(main()), "expire late @ timer:timeout@limited in limited#0")
    assert (run.error, run.value) == (None, ("in time", []))


def test_a_loop_that_stalls_finds_its_timers_due_in_their_order(control: Any) -> None:
    async def main() -> list[str]:
        said: list[str] = []

        async def after(seconds: float, text: str) -> None:
            await asyncio.sleep(seconds)
            said.append(text)
            await asyncio.sleep(0.01)
            said.append(text + " again")

        await asyncio.gather(after(0.001, "first"), after(0.1, "second"))
        return said

    assert control(lambda: asyncio.run(main())).value == ["first", "first again", "second", "second again"]
    stalled = control(lambda: asyncio.run(main()), "", f"py{sys.version_info[0]}.{sys.version_info[1]} 0:0!1").value
    assert stalled == ["first", "second", "first again", "second again"]


# ---------------------------------------------------------------------- laws


def test_a_cancellation_that_a_broad_handler_takes(control: Any) -> None:
    async def poll() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(1)
            except BaseException:
                pass

    async def main() -> None:
        await asyncio.gather(poll(), return_exceptions=True)

    run = cancelled_at(control, lambda: asyncio.run(main()), "cancel @ await:sleep@poll in poll#0")
    assert told(run)[0].startswith("poll#0  was cancelled")
    assert "took that for any other failure" in judge(run.trace, Trace())[0].lines[0]


def test_a_clean_up_in_a_broad_handler_is_not_accused(control: Any) -> None:
    async def poll() -> None:
        try:
            await asyncio.sleep(1)
        except BaseException:
            await asyncio.sleep(1)
            raise

    async def main() -> None:
        await asyncio.gather(poll(), return_exceptions=True)

    run = cancelled_at(control, lambda: asyncio.run(main()), "cancel @ await:sleep@poll in poll#0")
    assert judge(run.trace, Trace()) == []


def test_members_of_a_gather_that_go_on(control: Any) -> None:
    class Copy:
        async def part(self, number: int) -> None:
            await asyncio.sleep(number)
            await asyncio.sleep(number)

        async def run(self) -> None:
            try:
                await asyncio.gather(*(self.part(number) for number in range(3)))
            except OSError:
                await asyncio.sleep(10)

    run = cancelled_at(control, lambda: asyncio.run(Copy().run()), "raise OSError @ start:part#0")
    (finding,) = {finding.law for finding in judge(run.trace, Trace())}
    assert finding == "orphan"
    assert told_first(run) == "part#0  failed, which ended the gather of run#0"


def told_first(run: Any) -> str:
    return judge(run.trace, Trace())[0].lines[0].partition(f" at {FILE}")[0]


def test_a_task_that_is_left_behind(control: Any) -> None:
    class Service:
        async def flush(self) -> None:
            await asyncio.Event().wait()

        async def start(self) -> None:
            self.task = asyncio.create_task(self.flush())
            await asyncio.sleep(1)

    run = control(lambda: asyncio.run(Service().start()))
    assert told(run) == ["flush#0  is not done"]


# ---------------------------------------------------------------------- the world afterwards


def test_nothing_is_left_open(control: Any) -> None:
    async def main() -> None:
        await asyncio.gather(asyncio.to_thread(time.sleep, 1), asyncio.sleep(1))  # virtual time

    control(lambda: asyncio.run(main()))
    before = set(os.listdir("/proc/self/fd"))
    for plan in ("", "cancel @ start:to_thread#0", "raise OSError @ start:sleep#0"):
        control(lambda: asyncio.run(main()), plan)
    assert set(os.listdir("/proc/self/fd")) == before


def test_signals_are_lost_delayed_and_doubled_on_request(control: Any) -> None:
    class Sender:
        async def send(self) -> int:
            queue: asyncio.Queue[int] = asyncio.Queue()
            await asyncio.create_task(self.put(queue))
            return queue.qsize()

        async def put(self, queue: asyncio.Queue[int]) -> None:
            await queue.put(1)

    point = f"signal:Queue.put@{Sender.put.__qualname__.rpartition('<locals>.')[2]} in put#0"
    sizes = [
        cancelled_at(control, lambda: asyncio.run(Sender().send()), f"{fault} @ {point}").value for fault in ("drop", "duplicate")
    ]
    assert sizes == [0, 2]
    assert cancelled_at(control, lambda: asyncio.run(Sender().send()), f"delay 1 @ {point}").value == 0


def test_cancelled_while_a_thread_is_at_work(control: Any) -> None:
    said = []

    def write() -> None:
        said.append("begins")
        time.sleep(10)  # virtual time
        said.append("ends")

    async def save() -> None:
        try:
            await asyncio.to_thread(write)
        except asyncio.CancelledError:
            said.append("cancelled")
            raise

    async def main() -> None:
        await asyncio.gather(save(), return_exceptions=True)

    cancelled_at(control, lambda: asyncio.run(main()), "cancel at rest @ await:to_thread@save in save#0")
    assert said == ["begins", "cancelled", "ends"]
