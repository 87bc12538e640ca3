"""Four ways to put branches together wrongly; each gives the right sum as long as no branch fails."""

from collections.abc import Callable, Iterable
from concurrent.futures import as_completed, wait
from typing import Any

from .app import BranchFailed, FanOutFanIn, Outcome


class PartForTheWhole(FanOutFanIn):
    """A failed branch is missing from the sum, and nobody says so."""

    def run(self, branch: Callable[[Any], Any], items: Iterable[Any], join: Callable[[list[Any]], Any]) -> Any:
        futures = [self._executor.submit(branch, item) for item in items]
        return join([future.result() for future in as_completed(futures) if future.exception() is None])


class NobodyIsStopped(FanOutFanIn):
    """The failure comes out, but only when all the others have run for nothing."""

    def run(self, branch: Callable[[Any], Any], items: Iterable[Any], join: Callable[[list[Any]], Any]) -> Any:
        futures = [self._executor.submit(branch, item) for item in items]
        wait(futures)
        for future in futures:
            if (error := future.exception()) is not None:
                raise BranchFailed({}, []) from error
        return join([future.result() for future in futures])


class FirstComeFirst(FanOutFanIn):
    """The outcomes are in the order in which the branches have ended: one is taken for that of another item."""

    def collect(self, branch: Callable[[Any], Any], items: Iterable[Any]) -> list[Outcome]:
        futures = [self._executor.submit(branch, item) for item in items]
        return [self._outcome(future) for future in as_completed(futures)]


class FailuresLeftOut(FanOutFanIn):
    """There is an outcome for each success only: they do not fit the items any more."""

    def collect(self, branch: Callable[[Any], Any], items: Iterable[Any]) -> list[Outcome]:
        return [outcome for outcome in super().collect(branch, items) if outcome.error is None]


ALL = [PartForTheWhole, NobodyIsStopped, FirstComeFirst, FailuresLeftOut]
