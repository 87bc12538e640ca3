"""Ten tasks of ten short steps run in a pool of processes; the first one that fails stops all others.

A flag of a Manager is passed to each task and looked at before every step. The driver waits for the first failure, cancels what
has not begun, sets the flag for what runs, and reports the failure. Whatever happens, the Manager is shut down.
"""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from typing import Any

STEPS = 10

Step = Callable[[int, int], None]


class RunFailed(Exception):
    """A task has failed; its exception is the cause.

    Args:
        states: of all tasks: finished, failed, stopped (it had begun), cancelled (it had not).
    """

    def __init__(self, states: list[str]) -> None:
        super().__init__(f"{states.count('failed')} of {len(states)} tasks failed")
        self.states = states


def work(task: int, step: Step, stop: Any, lock: Any, done: Any) -> str:
    """One task: its steps, one after the other, until the flag is set."""
    for number in range(STEPS):
        if stop.is_set():
            return "stopped"
        step(task, number)
        with lock:
            done.append((task, number))
    return "finished"


def state_of(future: "Future[str]") -> str:
    """How a task has ended."""
    if future.cancelled():
        return "cancelled"
    return "failed" if future.exception() is not None else future.result()


class Driver:
    """Runs tasks in a pool of processes.

    Args:
        workers: how many processes.
        method: how processes are started: fork, forkserver, spawn.
        failed: called once when the first failure has been noticed.
    """

    work = staticmethod(work)

    def __init__(self, workers: int = 2, method: str = "fork", failed: Callable[[], None] = lambda: None) -> None:
        self.workers = workers
        self.context = multiprocessing.get_context(method)
        self.failed = failed

    def run(self, tasks: Iterable[int], step: Step) -> list[str]:
        """The states of all tasks.

        Raises:
            RunFailed: from the exception of the first task that failed.
        """
        with self.context.Manager() as manager:
            return self.run_with(manager, tasks, step)

    def run_with(self, manager: Any, tasks: Iterable[int], step: Step) -> list[str]:
        """As `run`, with the flag, the lock and the list of done steps from this manager."""
        stop, lock, done = manager.Event(), manager.Lock(), manager.list()
        with ProcessPoolExecutor(self.workers, mp_context=self.context) as pool:
            futures = [pool.submit(self.work, task, step, stop, lock, done) for task in tasks]
            finished, pending = wait(futures, return_when=FIRST_EXCEPTION)
            errors = self.errors(finished)
            if errors:
                self.failed()
                self.stop(pending, stop)
        if errors:
            raise RunFailed([state_of(future) for future in futures]) from errors[0]
        return [future.result() for future in futures]

    def errors(self, finished: Iterable["Future[str]"]) -> list[BaseException]:
        """The exceptions of those that failed."""
        found = (future.exception() for future in finished if not future.cancelled())
        return [error for error in found if error is not None]

    def stop(self, pending: Iterable["Future[str]"], stop: Any) -> None:
        """Cancels what has not begun and tells the others."""
        for future in pending:
            future.cancel()
        stop.set()
