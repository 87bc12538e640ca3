"""Fan-out and fan-in: many branches at once, in threads or in processes, and one result of all of them, or an error.

If a branch fails, there are two right answers. `run`: those that have not begun are cancelled, those that run are waited
for, and the failure comes out with what has been collected. `collect`: all go on, and there is an outcome for each of them.
A part is never taken for the whole.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, wait
from dataclasses import dataclass
from typing import Any


class BranchFailed(Exception):
    """A branch has failed; its exception is the cause.

    Args:
        done: results of the branches that have succeeded, by their number.
        cancelled: numbers of the branches that never began.
    """

    def __init__(self, done: dict[int, Any], cancelled: list[int]) -> None:
        super().__init__(done, cancelled)
        self.done = done
        self.cancelled = cancelled

    def __str__(self) -> str:
        return f"a branch has failed; {len(self.done)} have succeeded, {len(self.cancelled)} have not begun"


@dataclass(frozen=True)
class Outcome:
    """How a branch has ended: with a result, or with an error."""

    result: Any = None
    error: BaseException | None = None


class FanOutFanIn:
    """Runs branches and puts their results together.

    Args:
        executor: of threads or of processes.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def run(self, branch: Callable[[Any], Any], items: Iterable[Any], join: Callable[[list[Any]], Any]) -> Any:
        """Runs `branch` on each item and gives `join` all results, in the order of the items.

        Raises:
            BranchFailed: from the exception of the first branch, in that order, that has failed.
        """
        futures: list[Future[Any]] = []
        try:
            for item in items:
                futures.append(self._executor.submit(branch, item))
        except RuntimeError as broken:  # the executor is broken or shut down
            raise self._failure(futures) from broken
        wait(futures, return_when=FIRST_EXCEPTION)
        failed = self._failure(futures)
        for future in futures:
            if not future.cancelled() and (error := future.exception()) is not None:
                raise failed from error
        return join([future.result() for future in futures])

    def collect(self, branch: Callable[[Any], Any], items: Iterable[Any]) -> list[Outcome]:
        """Runs `branch` on each item; how each of them has ended, in the order of the items."""
        outcomes: list[Outcome | Future[Any]] = []
        for item in items:
            try:
                outcomes.append(self._executor.submit(branch, item))
            except RuntimeError as broken:  # the executor; those that follow cannot run either
                outcomes.append(Outcome(error=broken))
        return [self._outcome(one) if isinstance(one, Future) else one for one in outcomes]

    def _outcome(self, future: "Future[Any]") -> Outcome:
        error = future.exception()
        return Outcome(future.result()) if error is None else Outcome(error=error)

    def _failure(self, futures: list["Future[Any]"]) -> BranchFailed:
        """Cancels what has not begun, waits for the rest, and says what there is."""
        if any(future.done() and not future.cancelled() and future.exception() for future in futures):
            for future in futures:
                future.cancel()
        wait(futures)
        done = {
            number: future.result()
            for number, future in enumerate(futures)
            if not future.cancelled() and future.exception() is None
        }
        return BranchFailed(done, [number for number, future in enumerate(futures) if future.cancelled()])
