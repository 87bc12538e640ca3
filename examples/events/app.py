"""A long-running export that tells its listeners how far it is and, exactly once, how it has ended; on pyee.

The listeners belong to others. One that raises is reported and keeps neither the export nor the other listeners from their
work. An event that comes twice is passed on once, and when `emit` has returned all listeners have heard it.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pyee.asyncio import AsyncIOEventEmitter

Listener = Callable[..., Any]


@dataclass(frozen=True)
class Event:
    """What listeners are told; the number tells an event from the same one delivered again."""

    number: int
    name: str
    about: dict[str, Any] = field(default_factory=dict)


class EventEmitter:
    """Passes events on to listeners, which may be functions or coroutine functions.

    `errors` has what they have raised.
    """

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self._emitter = AsyncIOEventEmitter()
        self._emitter.add_listener("error", self.errors.append)  # without this one, an error stops the listeners behind it
        self._passed_on: set[int] = set()

    def on(self, name: str, listener: Listener) -> None:
        """Have `listener` called with each event of this name."""
        self._emitter.add_listener(name, listener)

    async def emit(self, event: Event) -> None:
        """Tells all listeners, unless they have been told; returns when the last one has heard it."""
        if event.number in self._passed_on:
            return
        self._passed_on.add(event.number)
        self._emitter.emit(event.name, event)
        await self._emitter.wait_for_complete()


class Export:
    """Writes pages, and emits `progress` after each of them and, in the end, `completed` once.

    Args:
        write: writes one page: another system, which can fail.
    """

    def __init__(self, emitter: EventEmitter, write: Callable[[str], Awaitable[None]]) -> None:
        self._emitter = emitter
        self._write = write
        self._numbers = itertools.count(1)

    async def run(self, pages: Iterable[str]) -> None:
        """Writes the pages.

        `completed` says `outcome`: `done`, `failed` or `cancelled`. It is emitted whatever happens, also when this is cancelled
        once more while the listeners hear of it.
        """
        outcome = "failed"
        try:
            await self._write_all(list(pages))
            outcome = "done"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            await self._finish(asyncio.create_task(self._tell("completed", outcome=outcome)))

    async def _write_all(self, pages: list[str]) -> None:
        for number, page in enumerate(pages, 1):
            await self._write(page)
            await self._tell("progress", done=number, of=len(pages))

    async def _tell(self, name: str, **about: Any) -> None:
        await self._emitter.emit(Event(next(self._numbers), name, about))

    async def _finish(self, telling: "asyncio.Task[None]") -> None:
        try:
            await asyncio.shield(telling)
        except asyncio.CancelledError:
            await telling
            raise
