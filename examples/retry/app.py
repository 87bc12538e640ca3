"""Retries: how often, after which delay, and for which errors; once on tenacity, once on stamina, with the same interface.

Only the errors that are named are worth another attempt. A cancellation is none of them: it is no failure, it is somebody's
wish that the call end. When the attempts are used up, the last error comes out as it was.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import stamina
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again; on tenacity.

    Args:
        max_attempts: calls in all, the first one included; at least 1.
        backoff_factor: each delay is so many times the one before: 1 gives fixed delays, 2 doubles them.
        initial_delay_seconds: the delay between the first call and the second.
        max_delay_seconds: no delay is longer, jitter apart.
        jitter_seconds: up to so much is added to each delay, at random, so that many callers do not come back together.
        retry_on: the errors after which another attempt may help.
    """

    max_attempts: int = 3
    backoff_factor: float = 2.0
    initial_delay_seconds: float = 1.0
    max_delay_seconds: float = 60.0
    jitter_seconds: float = 0.0
    retry_on: tuple[type[Exception], ...] = (ConnectionError, TimeoutError)

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts={self.max_attempts}: the first call is an attempt, so it is at least 1")

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """What `function(*args)` returns, in one of the attempts.

        Raises:
            Exception: what the last attempt has raised; at once, if it is not one of `retry_on`.
        """
        backoff = wait_exponential(self.initial_delay_seconds, self.max_delay_seconds, self.backoff_factor)
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(self.max_attempts),
            wait=backoff + wait_random(0, self.jitter_seconds),
            retry=retry_if_exception_type(self.retry_on),
            reraise=True,
        ):
            with attempt:
                return await function(*args)
        raise AssertionError("the last attempt returns or raises")


@dataclass(frozen=True)
class StaminaPolicy(RetryPolicy):
    """The same on stamina, which also reports each retry to structlog or logging, and to Prometheus.

    Here `max_delay_seconds` caps the delay with its jitter.
    """

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """As in `RetryPolicy`."""
        async for attempt in stamina.retry_context(
            on=self.retry_on,
            attempts=self.max_attempts,
            timeout=None,
            wait_initial=self.initial_delay_seconds,
            wait_max=self.max_delay_seconds,
            wait_jitter=self.jitter_seconds,
            wait_exp_base=self.backoff_factor,
        ):
            with attempt:
                return await function(*args)
        raise AssertionError("the last attempt returns or raises")


ALL: list[type[RetryPolicy]] = [RetryPolicy, StaminaPolicy]
