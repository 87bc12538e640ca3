"""Four ways to get a breaker for coroutines wrong; each works as long as callers come one by one and nobody is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from .app import CircuitBreaker

T = TypeVar("T")


class CancellationCounts(CircuitBreaker):
    """The call stands in pybreaker's `with`, which takes whatever comes out of it for a failure of the service."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        probe = self._admit()
        try:
            with self._breaker.calling():
                return await function(*args)
        finally:
            if probe:
                self._probing = False


class CancelledProbeCloses(CircuitBreaker):
    """Cancellations are excluded from the failures; then pybreaker counts them as successes, and a cancelled probe closes it."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        if asyncio.CancelledError not in self._breaker.excluded_exceptions:
            self._breaker.add_excluded_exception(asyncio.CancelledError)
        probe = self._admit()
        try:
            with self._breaker.calling():
                return await function(*args)
        finally:
            if probe:
                self._probing = False


class EverybodyProbes(CircuitBreaker):
    """Between the beginning of the probe and its end the breaker is half-open, and all who come are let through."""

    def _admit(self) -> bool:
        self._probing = False
        return super()._admit()


class ProbeForgotten(CircuitBreaker):
    """The probe is over when it has succeeded or failed; after one that was cancelled nobody is let through any more."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        probe = self._admit()
        try:
            result = await function(*args)
        except Exception as error:
            self._probing = False
            self._report(probe, error)
            raise
        self._probing = False
        self._report(probe)
        return result


ALL = [CancellationCounts, CancelledProbeCloses, EverybodyProbes, ProbeForgotten]
