"""Five ways to execute a workflow wrongly; each is right as long as no task fails."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from .app import AsyncExecutor, CompositeTask, ParallelExecutor, Run, Status, SyncExecutor, Task, TaskResult, result_of


class RunsOnNothing(SyncExecutor):
    """A task that has failed provides None, and those behind it run on that."""

    def _drive(self, run: Run) -> None:
        while task := run.next():
            result = task.run(**run.inputs(task))
            if result.status is Status.FAILED:
                result = task.complete(**dict.fromkeys(run.workflow.provides[task.name]))
            run.settle(task, result)


class LastOneCounts(SyncExecutor):
    """Success is told by the last task that ran."""

    def execute(self, workflow: CompositeTask, initial_inputs: Mapping[str, Any] = {}) -> TaskResult:
        self.last = run = Run(workflow, initial_inputs)
        result = TaskResult(Status.COMPLETED)
        for task in workflow.tasks.values():
            try:
                result = task.run(**run.inputs(task))
            except KeyError:  # an input that is not there: the task is skipped
                continue
            run.settle(task, result)
        return TaskResult(result.status, run.values, result.error)


class SiblingsGoOn(AsyncExecutor):
    """`gather` raises the first error and lets the others go on, unseen."""

    async def drive(self, run: Run) -> None:
        async def one(task: Task) -> None:
            result = await self._run(task, run.inputs(task))
            run.settle(task, result)

        while batch := list(iter(run.next, None)):
            try:
                await asyncio.gather(*map(one, batch))
            except Exception as error:
                run.errors.setdefault("workflow", error)


class WaitsInTheWorkers(ParallelExecutor):
    """All tasks are put into the pool, and each waits there for those before it: a failed one is waited for for ever."""

    def _drive(self, run: Run) -> None:
        with ThreadPoolExecutor(len(run.workflow.tasks)) as pool:
            there: dict[str, Future[Any]] = {
                name: Future() for names in run.workflow.provides.values() for name in names.values()
            }
            for name, value in run.values.items():
                there.setdefault(name, Future()).set_result(value)

            def one(task: Task) -> TaskResult:
                requires = run.workflow.requires[task.name]
                result = task.run(**{argument: there[name].result() for argument, name in requires.items()})
                if result.status is Status.COMPLETED:
                    for output, name in run.workflow.provides[task.name].items():
                        there[name].set_result(result.output[output])
                return result

            futures = {task: pool.submit(one, task) for task in run.workflow.tasks.values()}
            wait(futures.values())
        for task, future in futures.items():
            run.settle(task, result_of(future))


class StaysRunning(ParallelExecutor):
    """The first error leaves the loop before it is noted: the workflow neither failed nor completed."""

    def _drive(self, run: Run) -> None:
        running: dict[Future[TaskResult], Task] = {}
        with self._pool() as pool:
            while True:
                while task := run.next():
                    running[pool.submit(task.run, **run.inputs(task))] = task
                if not running:
                    return
                for future in wait(running).done:
                    task = running.pop(future)
                    if future.exception() is not None or future.result().status is Status.FAILED:
                        return
                    run.settle(task, future.result())


SYNC = [RunsOnNothing, LastOneCounts]
ASYNC = [SiblingsGoOn]
PARALLEL = [WaitsInTheWorkers, StaysRunning]
