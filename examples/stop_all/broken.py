"""Six ways to get the driver wrong; each differs from `app.py` in one place, and passes its tests as long as nothing fails."""

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from .app import STEPS, Driver, Step


class FlagNeverSet(Driver):
    """What has not begun is cancelled, but those that run are not told."""

    def stop(self, pending: Iterable["Future[str]"], stop: Any) -> None:
        for future in pending:
            future.cancel()


class PendingNotCancelled(Driver):
    """Those that run are told, but every task that has not begun still begins."""

    def stop(self, pending: Iterable["Future[str]"], stop: Any) -> None:
        stop.set()


class MethodNotCalled(Driver):
    """`exception` is a method: what is compared is never None, so every task that has ended counts as failed."""

    def errors(self, finished: Iterable["Future[str]"]) -> list[BaseException]:
        ended = list(finished)
        if all(future.done() and not future.exception() for future in ended):
            return []
        return [future.exception for future in ended if future.exception != None]  # type: ignore[misc]  # noqa: E711


def work_blindly(task: int, step: Step, stop: Any, lock: Any, done: Any) -> str:
    for number in range(STEPS):
        step(task, number)
        with lock:
            done.append((task, number))
    return "finished"


class FlagIgnored(Driver):
    """The driver does all it should, and no task looks at the flag."""

    work = staticmethod(work_blindly)


def work_with_the_lock(task: int, step: Step, stop: Any, lock: Any, done: Any) -> str:
    for number in range(STEPS):
        if stop.is_set():
            return "stopped"
        lock.acquire()
        step(task, number)
        done.append((task, number))
        lock.release()
    return "finished"


class LockNotReleased(Driver):
    """A step that fails between acquire() and release() leaves the lock to nobody."""

    work = staticmethod(work_with_the_lock)


class ManagerNotShutDown(Driver):
    """The manager is shut down after a success only."""

    def run(self, tasks: Iterable[int], step: Step) -> list[str]:
        manager = self.context.Manager()
        MANAGERS.append(manager)
        states = self.run_with(manager, tasks, step)
        MANAGERS.remove(manager)
        manager.shutdown()
        return states


MANAGERS: list[Any] = []
ALL = [FlagNeverSet, PendingNotCancelled, MethodNotCalled, FlagIgnored, LockNotReleased, ManagerNotShutDown]
