"""A circuit breaker for coroutines: after so many failures in a row callers are turned away at once, until one probe succeeds.

The counting is pybreaker's. What is added is what coroutines need: several calls are under way at once, so that the half-
open breaker has to let through one of them only; and a call may be cancelled, which says nothing about the service: it is
neither a failure nor a success.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pybreaker

T = TypeVar("T")


class CircuitBreaker:
    """Guards the calls of one service.

    Args:
        fail_max: failures in a row that open the breaker.
        reset_seconds: so long after it has opened, one call is let through as a probe.
        listeners: of pybreaker; they are told of each change of state.
    """

    def __init__(self, fail_max: int, reset_seconds: float, listeners: Sequence[pybreaker.CircuitBreakerListener] = ()) -> None:
        self._storage = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max, reset_seconds, listeners=listeners, state_storage=self._storage, throw_new_error_on_trip=False
        )
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        return self._breaker.current_state

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """What `function(*args)` returns.

        Raises:
            pybreaker.CircuitBreakerError: the breaker is open, or half-open with its probe under way; nothing was called.
            Exception: what the function has raised.
        """
        probe = self._admit()
        try:
            result = await function(*args)
        except Exception as error:
            self._report(probe, error)
            raise
        else:
            self._report(probe)
            return result
        finally:
            if probe:
                self._probing = False  # also when it was cancelled: the next call is the probe then

    def _admit(self) -> bool:
        """Lets a call through, or not; whether it is the probe."""
        if self.state == pybreaker.STATE_CLOSED:
            return False
        if self.state == pybreaker.STATE_OPEN:
            opened_at = self._storage.opened_at
            if opened_at is None or datetime.now(UTC) < opened_at + timedelta(seconds=self._breaker.reset_timeout):
                raise pybreaker.CircuitBreakerError("the breaker is open")
            self._breaker.half_open()
        if self._probing:
            raise pybreaker.CircuitBreakerError("the breaker is half-open, and its probe is under way")
        self._probing = True
        return True

    def _report(self, probe: bool, error: Exception | None = None) -> None:
        """Has pybreaker count; a late reply, to a call that began before the breaker opened, counts no more."""

        def reply() -> None:
            if error is not None:
                raise error

        if probe or self.state == pybreaker.STATE_CLOSED:
            try:
                self._breaker.call(reply)
            except Exception as counted:
                if counted is not error:
                    raise
