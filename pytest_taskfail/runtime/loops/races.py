"""Races between futures: who takes what comes first gives up the others, and so does who is told that they are late. Nobody
need hear of the failures of these."""

from __future__ import annotations

import concurrent.futures
import concurrent.futures._base as base
import functools
from collections.abc import Callable, Iterator
from typing import Any

from .. import control


def arm(put: Callable[[Any, str, Any], None]) -> dict[int, Any]:
    """Watches `as_completed` and `wait`; returns what is to be put in place of which, by identity."""
    exchange: dict[int, Any] = {}
    for name, watched in (("as_completed", _as_completed(base.as_completed)), ("wait", _wait(base.wait))):
        exchange[id(getattr(base, name))] = watched
        for owner in (base, concurrent.futures):
            put(owner, name, watched)
    return exchange


def _as_completed(real_one: Any) -> Any:
    @functools.wraps(real_one)
    def as_completed(fs: Any, timeout: float | None = None) -> Iterator[Any]:
        experiment = control.active
        if experiment is None:
            yield from real_one(fs, timeout)
            return
        fs = list(fs)
        waiting = dict.fromkeys(map(id, fs))
        try:
            for future in real_one(fs, timeout):
                waiting.pop(id(future), None)
                experiment.given_up.update(waiting)  # unless the caller asks for the next one
                yield future
                experiment.given_up.difference_update(waiting)
        except TimeoutError:
            experiment.given_up.update(waiting)
            raise

    return as_completed


def _wait(real_one: Any) -> Any:
    @functools.wraps(real_one)
    def wait(fs: Any, timeout: float | None = None, return_when: str = concurrent.futures.ALL_COMPLETED) -> Any:
        outcome = real_one(fs, timeout, return_when)
        experiment = control.active
        if experiment is not None:
            experiment.given_up.difference_update(map(id, outcome.done))
            if return_when == concurrent.futures.FIRST_COMPLETED and outcome.done:
                experiment.given_up.update(map(id, outcome.not_done))
        return outcome

    return wait
