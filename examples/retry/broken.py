"""Six ways to get retries wrong; each passes its tests as long as nothing fails, or as long as only what was thought of fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, retry_if_not_exception_type, stop_after_attempt, wait_exponential

from .app import RetryPolicy

T = TypeVar("T")


class Handwritten(RetryPolicy):
    """The loop that people write; the mistakes below are in its parts."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        for attempt in range(1, self.max_attempts + 1):
            try:
                return await function(*args)
            except self.retry_on:
                if attempt == self.max_attempts:
                    raise
                await asyncio.sleep(self.delay(attempt))
        raise AssertionError("the last attempt returns or raises")

    def delay(self, attempt: int) -> float:
        return min(self.initial_delay_seconds * self.backoff_factor ** (attempt - 1), self.max_delay_seconds)


class FallsThrough(Handwritten):
    """After the last attempt the loop just ends: the caller gets None for a receipt."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        for attempt in range(1, self.max_attempts + 1):
            try:
                return await function(*args)
            except self.retry_on:
                await asyncio.sleep(self.delay(attempt))
        return None  # type: ignore[return-value]


class CancellationRetried(RetryPolicy):
    """'All but what is permanent' is too much: a cancelled call is made again."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(self.max_attempts),
            wait=wait_exponential(self.initial_delay_seconds, self.max_delay_seconds, self.backoff_factor),
            retry=retry_if_not_exception_type(ValueError),
            reraise=True,
        ):
            with attempt:
                return await function(*args)
        raise AssertionError("the last attempt returns or raises")


class LastErrorHidden(RetryPolicy):
    """Without `reraise` a RetryError comes out, and the `except ConnectionError` of the caller does not see it."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(self.max_attempts),
            wait=wait_exponential(self.initial_delay_seconds, self.max_delay_seconds, self.backoff_factor),
            retry=retry_if_exception_type(self.retry_on),
        ):
            with attempt:
                return await function(*args)
        raise AssertionError("the last attempt returns or raises")


class OneTooMany(Handwritten):
    """Counts the retries where the calls are meant."""

    async def call(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        retries = 0
        while True:
            try:
                return await function(*args)
            except self.retry_on:
                if retries == self.max_attempts:
                    raise
                retries += 1
                await asyncio.sleep(self.delay(retries))


class NoCap(Handwritten):
    """The delays grow without an end."""

    def delay(self, attempt: int) -> float:
        return self.initial_delay_seconds * self.backoff_factor ** (attempt - 1)


class FirstDelayLeftOut(Handwritten):
    """Counts from 0 in one place and from 1 in the other: the first delay is the second."""

    def delay(self, attempt: int) -> float:
        return min(self.initial_delay_seconds * self.backoff_factor**attempt, self.max_delay_seconds)


ALL = [FallsThrough, CancellationRetried, LastErrorHidden, OneTooMany, NoCap, FirstDelayLeftOut]
