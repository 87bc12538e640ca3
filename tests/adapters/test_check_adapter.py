"""`check_adapter` passes adapters that keep their promises, ours among them, and names each promise that is broken."""

from __future__ import annotations

import _thread
import random
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from pytest_taskfail import CheckFailed, PlanError, submit_task
from pytest_taskfail.adapters import wrap
from pytest_taskfail.testing import check_adapter


class Pool:
    """An executor of one thread."""

    def __init__(self) -> None:
        self.jobs: deque[Any] = deque()
        self.changed = threading.Condition()
        self.closed = False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def submit(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        return submit_task(self.send, function, *args, **kwargs)

    def send(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        job: Future[Any] = Future()
        with self.changed:
            if self.closed:
                raise RuntimeError("closed")
            self.jobs.append((job, function, args, kwargs))
            self.changed.notify()
        return job

    def work(self) -> None:
        while True:
            with self.changed:
                while not self.jobs and not self.closed:
                    self.changed.wait()
                if not self.jobs:
                    return
                job = self.take()
            self.run(*job)

    def take(self) -> Any:
        return self.jobs.popleft()

    def run(self, job: Future[Any], function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        if not job.set_running_or_notify_cancel():
            return
        try:
            job.set_result(function(*args, **kwargs))
        except BaseException as error:
            job.set_exception(error)

    def shutdown(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.thread.join()


class Plain(Pool):
    """One that knows nothing of us."""

    submit = Pool.send


def test_executors_of_the_standard_library() -> None:
    check_adapter(lambda: wrap(ThreadPoolExecutor(2)))
    check_adapter(lambda: wrap(ThreadPoolExecutor(1)))


def test_an_own_executor_that_is_wrapped() -> None:
    check_adapter(lambda: wrap(Plain()))


def test_an_own_executor_whose_adapter_submits_tasks() -> None:
    check_adapter(Pool)


def test_an_own_executor_whose_type_is_named() -> None:
    class Named(Plain):
        pass

    check_adapter(Named, watch=(Named, "submit"))
    assert "submit" not in vars(Named), "it is put back"


def test_an_executor_with_other_names() -> None:
    class Job:
        def __init__(self, future: Future[Any]) -> None:
            self.future = future

        def get(self) -> Any:
            return self.future.result()

    class Queue:
        def __init__(self) -> None:
            self.pool = Pool()

        def enqueue(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Job:
            return submit_task(lambda *task, **named: Job(self.pool.send(*task, **named)), function, *args, **kwargs)

    check_adapter(
        Queue,
        submit=lambda queue, function, *args, **kwargs: queue.enqueue(function, *args, **kwargs),
        result=lambda job: job.get(),
        close=lambda queue: queue.pool.shutdown(),
    )


# -- broken ones -------------------------------------------------------------------------------------------------------


class RunsTwice(Pool):
    def run(self, job: Any, function: Any, args: Any, kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except BaseException:
            pass
        super().run(job, function, args, kwargs)


class WrapsExceptions(Pool):
    def run(self, job: Any, function: Any, args: Any, kwargs: Any) -> None:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                raise RuntimeError("the job failed") from error

        super().run(job, wrapped, args, kwargs)


class SwallowsExceptions(Pool):
    def run(self, job: Any, function: Any, args: Any, kwargs: Any) -> None:
        try:
            job.set_result(function(*args, **kwargs))
        except Exception:
            job.set_result(None)


class DiesOfAFailure(Pool):
    def run(self, job: Any, function: Any, args: Any, kwargs: Any) -> None:
        try:
            job.set_result(function(*args, **kwargs))
        except Exception as error:
            job.set_exception(error)
            raise SystemExit from None


class LosesKeywords(Pool):
    def submit(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        return submit_task(self.send, function, *args)


class LiesAboutCancelling(Pool):
    def submit(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        future = submit_task(self.send, function, *args, **kwargs)
        future.cancel = lambda: True
        return future


class DoesNotWait(Pool):
    def shutdown(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()


class StaysAlive(Pool):
    def shutdown(self) -> None:
        with self.changed:
            while self.jobs:
                self.changed.wait(0.1)


class DropsWhatIsLeft(Pool):
    def shutdown(self) -> None:
        with self.changed:
            self.jobs.clear()
        super().shutdown()


class TakesAtRandom(Pool):
    def take(self) -> Any:
        number = random.SystemRandom().randrange(len(self.jobs))
        job = self.jobs[number]
        del self.jobs[number]
        return job


class NeedsAnExperiment(Pool):
    def submit(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        future = submit_task(self.send, function, *args, **kwargs)
        future._taskfail_task  # noqa: B018 - what only an experiment gives
        return future


class BlocksOutOfSight(Pool):
    def take(self) -> Any:
        lock = _thread.allocate_lock()
        lock.acquire()
        if len(self.jobs) > 1:
            lock.acquire(timeout=0.15)
        return super().take()


class HandsTheFunctionOn(Pool):
    """Its envelope does not arrive where the task runs."""

    def submit(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        return submit_task(lambda task, *args, **kwargs: self.send(function, *args, **kwargs), function, *args, **kwargs)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("make", "broken"),
    [
        (
            Plain,
            [
                "Each task has the points start and end, and its calls are points: two calls of a function 'ask' were submitted; "
                "these points are missing: start:ask#0, call:answer in ask#0, end:ask#0, start:ask#1",
                "A fault at the start of a task comes out of its handle, its body does not run, the others do: "
                "the fault never happened: raise",
            ],
        ),
        (
            HandsTheFunctionOn,
            ["A fault at the end of a task comes when its work is done: the fault never happened:"],
        ),
        (
            RunsTwice,
            [
                "Outside of an experiment it works as ever: the numbers of those that ran: expected [0, 1, 2], "
                "there are [0, 0, 1, 1, 2, 2]",
                "A task runs once, with its arguments, and its result comes back: the numbers of those that ran: expected",
            ],
        ),
        (
            WrapsExceptions,
            [
                "What a task raises comes out as it is, and the others go on: the task raised Own('own'), "
                "what came out is RuntimeError('the job failed')",
            ],
        ),
        (SwallowsExceptions, ["What a task raises comes out as it is, and the others go on: the task raised Own('own'), what"]),
        (DiesOfAFailure, ["What a task raises comes out as it is, and the others go on: deadlock: test  waits for"]),
        (LosesKeywords, ["A task runs once, with its arguments, and its result comes back: the results: expected [10, 11, 12]"]),
        (LiesAboutCancelling, ["A task that was cancelled never runs: cancel said that the task will not run, and it ran"]),
        (
            DoesNotWait,
            ["Closing it waits for what it was given, and after that it takes nothing: the numbers of those that had run when"],
        ),
        (StaysAlive, ["Closed, it leaves nothing behind, whether its tasks fail or not: ", "submitted afterwards was taken"]),
        (
            DropsWhatIsLeft,
            ["Closing it waits for what it was given, and after that it takes nothing: the numbers of those that had run when"],
        ),
        (TakesAtRandom, ["The same experiment again is the same, step by step: step "]),
        (NeedsAnExperiment, ["Outside of an experiment it works as ever: AttributeError: "]),
        (BlocksOutOfSight, ["All that it does is under control: "]),
    ],
)
def test_a_broken_promise_is_named(make: Callable[[], Any], broken: list[str]) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_adapter(make)
    text = str(caught.value)
    assert text.startswith("taskfail: the adapter breaks ")
    for words in broken:
        assert words in text


def test_what_hangs_outside_of_an_experiment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def close(pool: Pool) -> None:
        gate.wait()
        pool.shutdown()

    monkeypatch.setattr("pytest_taskfail.testing.subject.LIMIT", 0.2)
    with pytest.raises(
        CheckFailed, match=r"Outside of an experiment it works as ever: it has not ended within \S+ s of real time"
    ):
        check_adapter(Pool, close=close)
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "check_adapter":
            thread.join()


def test_an_experiment_under_way_is_refused(taskfail: Any) -> None:
    with pytest.raises(PlanError, match="call it in a test without the fixture taskfail or its marker"):
        check_adapter(Pool)
