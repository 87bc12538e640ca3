"""Fan-out and fan-in: many branches at once, in threads or in processes, and one result of all of them.

The mistake: the results of the branches that have succeeded are taken for all there is. A failed branch is missing from the
sum, and nobody says so.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from typing import Any


class BranchFailed(Exception):
    """A branch has failed; never raised here."""


class FanOutFanIn:
    """Runs branches and puts their results together.

    Args:
        executor: of threads or of processes.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def run(self, branch: Callable[[Any], Any], items: Iterable[Any], join: Callable[[list[Any]], Any]) -> Any:
        """Runs `branch` on each item and gives `join` the results."""
        futures = [self._executor.submit(branch, item) for item in items]
        return join([future.result() for future in as_completed(futures) if future.exception() is None])
