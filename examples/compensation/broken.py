"""Seven ways to get a saga wrong; each books the whole trip as long as nothing fails."""

import asyncio
from collections.abc import Sequence

from .app import Progress, Saga, Status, Step


class ForwardOrder(Saga):
    """What was booked first is given back first."""

    async def _give_back(self, steps: Sequence[Step], trip: str, progress: Progress) -> None:
        await super()._give_back(list(reversed(steps)), trip, progress)


class LostAnswerForgotten(Saga):
    """A step that failed counts as not done; but it may have been, its answer being lost."""

    async def run(self, trip: str) -> Progress:
        progress = Progress(len(self._steps), Status.RUNNING)
        for number, step in enumerate(self._steps):
            try:
                await step.book(trip)
            except Exception:
                await self._compensate(self._steps[:number], trip, progress)
                return progress
            except asyncio.CancelledError:
                await self._compensate(self._steps[: number + 1], trip, progress)
                raise
            progress.booked.append(step.name)
            if len(progress.booked) == len(self._steps):
                progress.status = Status.COMPLETED
            self._tell(progress)
        return progress


class CancellationForgotten(Saga):
    """`except Exception` does not see a cancellation: the steps before it stay booked."""

    async def run(self, trip: str) -> Progress:
        progress = Progress(len(self._steps), Status.RUNNING)
        for number, step in enumerate(self._steps):
            try:
                await step.book(trip)
            except Exception:
                await self._compensate(self._steps[: number + 1], trip, progress)
                return progress
            progress.booked.append(step.name)
            if len(progress.booked) == len(self._steps):
                progress.status = Status.COMPLETED
            self._tell(progress)
        return progress


class NotShielded(Saga):
    """A second cancellation ends the compensation half-way."""

    async def _compensate(self, steps: Sequence[Step], trip: str, progress: Progress) -> None:
        await self._give_back(steps, trip, progress)


class StopsAtTheFirstError(Saga):
    """What cannot be given back keeps all before it from being given back."""

    async def _give_back(self, steps: Sequence[Step], trip: str, progress: Progress) -> None:
        try:
            for step in reversed(steps):
                await step.give_back(trip)
                if step.name in progress.booked:
                    progress.booked.remove(step.name)
        except Exception:
            progress.left.append(step.name)
        progress.status = Status.STUCK if progress.left else Status.COMPENSATED
        self._tell(progress)


class TwoHandlers(Saga):
    """The step's own handler gives back, and so does the one around the loop, which sees the same error."""

    async def run(self, trip: str) -> Progress:
        progress = Progress(len(self._steps), Status.RUNNING)
        try:
            for number, step in enumerate(self._steps):
                try:
                    await step.book(trip)
                except (Exception, asyncio.CancelledError):
                    await self._compensate(self._steps[: number + 1], trip, progress)
                    raise
                progress.booked.append(step.name)
                progress.status = Status.COMPLETED if len(progress.booked) == len(self._steps) else Status.RUNNING
                self._tell(progress)
        except Exception:
            await self._compensate(self._steps, trip, progress)
        return progress


class ProgressFirst(Saga):
    """Tells that a step is booked before it is."""

    async def run(self, trip: str) -> Progress:
        progress = Progress(len(self._steps), Status.RUNNING)
        for number, step in enumerate(self._steps):
            progress.booked.append(step.name)
            self._tell(progress)
            try:
                await step.book(trip)
            except Exception:
                await self._compensate(self._steps[: number + 1], trip, progress)
                return progress
            except asyncio.CancelledError:
                await self._compensate(self._steps[: number + 1], trip, progress)
                raise
        progress.status = Status.COMPLETED
        self._tell(progress)
        return progress


ALL = [
    ForwardOrder,
    LostAnswerForgotten,
    CancellationForgotten,
    NotShielded,
    StopsAtTheFirstError,
    TwoHandlers,
    ProgressFirst,
]
