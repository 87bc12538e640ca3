"""Workflows of tasks that need one another's results, and four ways to execute them: one by one, on asyncio, in a pool, on Dask.

The graph decides what may run: a task whose inputs are there. When a task has failed nothing new is begun, what runs is
waited for (or, on asyncio, cancelled), and the workflow is FAILED. What never began stays PENDING.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Status(Enum):
    """How far a task, or a workflow, has come."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class TaskResult:
    """How a task has ended: with an output, by name, or with an error."""

    status: Status
    output: Mapping[str, Any] = field(default_factory=dict)
    error: BaseException | None = None


class TaskFailed(Exception):
    """A task says that it cannot do what it should."""


class Task(ABC):
    """One node of a workflow. To be derived from.

    Args:
        name: in a workflow no other task has it.
        retry_policy: anything with `call(function)`, see the example `retry`; for the synchronous executors
            with a synchronous `call`. Without one there is one attempt.
    """

    def __init__(self, name: str, retry_policy: Any = None) -> None:
        self.name = name
        self.retry_policy = retry_policy

    @abstractmethod
    def execute(self, **inputs: Any) -> TaskResult:
        """Does the work and returns `self.complete(...)` or `self.fail(...)`; what it raises is a failure, too."""

    def complete(self, **output: Any) -> TaskResult:
        return TaskResult(Status.COMPLETED, output)

    def fail(self, reason: str) -> TaskResult:
        return TaskResult(Status.FAILED, error=TaskFailed(f"{self.name}: {reason}"))

    def run(self, **inputs: Any) -> TaskResult:
        """Executes the task, never raises an `Exception`."""
        try:
            if self.retry_policy is not None:
                result: TaskResult = self.retry_policy.call(lambda: self.execute(**inputs))
                return result
            return self.execute(**inputs)
        except Exception as error:
            return TaskResult(Status.FAILED, error=error)


def result_of(future: "asyncio.Future[TaskResult] | Future[TaskResult]") -> TaskResult:
    """How a task has ended, whatever became of it."""
    if future.cancelled():
        return TaskResult(Status.FAILED, error=asyncio.CancelledError())
    error = future.exception()
    return future.result() if error is None else TaskResult(Status.FAILED, error=error)


class CompositeTask:
    """Tasks, and which output of one is which input of another: a directed graph without circles."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.requires: dict[str, Mapping[str, str]] = {}
        self.provides: dict[str, Mapping[str, str]] = {}

    def add_task(self, task: Task, requires: Mapping[str, str] = {}, provides: Mapping[str, str] = {}) -> None:
        """Adds a node.

        Args:
            requires: which value of the workflow each argument of the task is: `{argument: name}`.
            provides: under which name of the workflow each output of the task is known: `{output: name}`.
        """
        if task.name in self.tasks:
            raise ValueError(f"there is a task {task.name!r} already")
        self.tasks[task.name] = task
        self.requires[task.name] = dict(requires)
        self.provides[task.name] = dict(provides)


class Run:
    """One execution of a workflow: what is known, and how far each task is."""

    def __init__(self, workflow: CompositeTask, initial_inputs: Mapping[str, Any]) -> None:
        self.workflow = workflow
        self.values: dict[str, Any] = dict(initial_inputs)
        self.status = dict.fromkeys(workflow.tasks, Status.PENDING)
        self.errors: dict[str, BaseException] = {}
        self._check()

    def next(self) -> Task | None:
        """A task that may begin now; from now on it is RUNNING. None after a failure."""
        if self.errors:
            return None
        for name, status in self.status.items():
            if status is Status.PENDING and self._has_inputs(name):
                self.status[name] = Status.RUNNING
                return self.workflow.tasks[name]
        return None

    def inputs(self, task: Task) -> dict[str, Any]:
        return {argument: self.values[name] for argument, name in self.workflow.requires[task.name].items()}

    def settle(self, task: Task, result: TaskResult) -> None:
        """Notes how a task has ended."""
        missing = [output for output in self.workflow.provides[task.name] if output not in result.output]
        if result.status is Status.COMPLETED and missing:
            result = task.fail(f"it promised {missing[0]!r} and did not provide it")
        self.status[task.name] = result.status
        if result.status is Status.FAILED:
            self.errors[task.name] = result.error or TaskFailed(task.name)
            return
        for output, name in self.workflow.provides[task.name].items():
            self.values[name] = result.output[output]

    def is_completed(self) -> bool:
        """Whether every task has succeeded."""
        return all(status is Status.COMPLETED for status in self.status.values())

    def _has_inputs(self, name: str) -> bool:
        return all(value in self.values for value in self.workflow.requires[name].values())

    def _check(self) -> None:
        """Nothing is begun of a workflow that cannot end."""
        known, left = set(self.values), set(self.workflow.tasks)
        while ready := {name for name in left if known.issuperset(self.workflow.requires[name].values())}:
            left -= ready
            known.update(value for name in ready for value in self.workflow.provides[name].values())
        if left:
            raise ValueError(f"the inputs of {', '.join(sorted(left))} come from nowhere, or in a circle")


class SyncExecutor:
    """One task after the other."""

    def __init__(self) -> None:
        self.last: Run | None = None

    def execute(self, workflow: CompositeTask, initial_inputs: Mapping[str, Any] = {}) -> TaskResult:
        """Runs the workflow; its output is all values by name."""
        self.last = run = Run(workflow, initial_inputs)
        self._drive(run)
        if run.errors:
            return TaskResult(Status.FAILED, run.values, next(iter(run.errors.values())))
        return TaskResult(Status.COMPLETED, run.values)

    def is_completed(self) -> bool:
        """Whether the last workflow has run to its end without a failure."""
        return self.last is not None and self.last.is_completed()

    def _drive(self, run: Run) -> None:
        while task := run.next():
            run.settle(task, task.run(**run.inputs(task)))


class AsyncExecutor(SyncExecutor):
    """Side by side on an event loop; `execute` of a task is a coroutine function. After a failure the others are cancelled."""

    def _drive(self, run: Run) -> None:
        asyncio.run(self.drive(run))

    async def drive(self, run: Run) -> None:
        """To be awaited where a loop runs already."""
        running: dict[asyncio.Task[TaskResult], Task] = {}
        try:
            while True:
                while task := run.next():
                    running[asyncio.create_task(self._run(task, run.inputs(task)))] = task
                if not running:
                    return
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    run.settle(running.pop(future), result_of(future))
                if run.errors:
                    return
        finally:
            for future in running:
                future.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for future, task in running.items():
                run.settle(task, result_of(future))

    async def _run(self, task: Task, inputs: dict[str, Any]) -> TaskResult:
        async def execute() -> TaskResult:
            result = task.execute(**inputs)
            return await result if isinstance(result, Awaitable) else result

        return await (execute() if task.retry_policy is None else task.retry_policy.call(execute))


class ParallelExecutor(SyncExecutor):
    """Side by side in threads or processes. What runs when another task fails is waited for: it cannot be stopped.

    Args:
        pool: makes the pool, for instance `lambda: ProcessPoolExecutor(4)`.
    """

    def __init__(self, pool: Callable[[], AbstractContextManager[Executor]] = ThreadPoolExecutor) -> None:
        super().__init__()
        self._pool = pool

    def _drive(self, run: Run) -> None:
        running: dict[Future[TaskResult], Task] = {}
        with self._pool() as pool:
            while True:
                while task := run.next():
                    try:
                        running[pool.submit(task.run, **run.inputs(task))] = task
                    except RuntimeError as error:  # the pool is broken
                        run.settle(task, TaskResult(Status.FAILED, error=error))
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    run.settle(running.pop(future), result_of(future))


class DistributedExecutor(ParallelExecutor):
    """Side by side on Dask; needs the package `distributed`.

    Args:
        workers: processes of a cluster on this machine.
    """

    def __init__(self, workers: int = 2) -> None:
        super().__init__(self._cluster)
        self._workers = workers

    @contextlib.contextmanager
    def _cluster(self) -> Iterator[Executor]:
        from distributed import Client, LocalCluster

        with LocalCluster(n_workers=self._workers, threads_per_worker=1, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                with client.get_executor(pure=False) as pool:
                    yield pool
