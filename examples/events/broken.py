"""Six ways to get events wrong; each passes its tests as long as the pages can be written and the listeners behave."""

import asyncio
from collections.abc import Iterable
from typing import Any

from .app import Event, EventEmitter, Export


class ListenersInARow(EventEmitter):
    """The listeners are called in a loop: the first one that raises keeps those behind it from hearing the event."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners: dict[str, list[Any]] = {}

    def on(self, name: str, listener: Any) -> None:
        self._listeners.setdefault(name, []).append(listener)

    async def emit(self, event: Event) -> None:
        try:
            for listener in self._listeners.get(event.name, []):
                heard = listener(event)
                if asyncio.iscoroutine(heard):
                    await heard
        except Exception as error:
            self.errors.append(error)


class NobodyWaits(EventEmitter):
    """The coroutines of the listeners are started and left alone: the export ends before they have heard of it."""

    async def emit(self, event: Event) -> None:
        if event.number not in self._passed_on:
            self._passed_on.add(event.number)
            self._emitter.emit(event.name, event)


class PassedOnTwice(EventEmitter):
    """An event that is delivered again is passed on again."""

    async def emit(self, event: Event) -> None:
        self._emitter.emit(event.name, event)
        await self._emitter.wait_for_complete()


class OnlyAfterSuccess(Export):
    """`completed` is the last line of the work: who waits for it waits for ever when a page could not be written."""

    async def run(self, pages: Iterable[str]) -> None:
        await self._write_all(list(pages))
        await self._tell("completed", outcome="done")


class CancellationForgotten(Export):
    """Success and failure are told; a cancellation is neither."""

    async def run(self, pages: Iterable[str]) -> None:
        try:
            await self._write_all(list(pages))
        except Exception:
            await self._tell("completed", outcome="failed")
            raise
        await self._tell("completed", outcome="done")


class CompletedTwice(Export):
    """The success is told inside of the `try`: if telling it fails, the failure is told too."""

    async def run(self, pages: Iterable[str]) -> None:
        try:
            await self._write_all(list(pages))
            await self._tell("completed", outcome="done")
        except BaseException:
            await self._finish(asyncio.create_task(self._tell("completed", outcome="failed")))
            raise


EMITTERS = [ListenersInARow, NobodyWaits, PassedOnTwice]
EXPORTS = [OnlyAfterSuccess, CancellationForgotten, CompletedTwice]
