"""A trip is booked with several providers, one after the other: all of it, or nothing of it. A saga.

Each step has a compensation. When a step fails, or the booking is cancelled, what has been booked is given back in reverse order.
A step that failed may have had its effect all the same, the answer being lost; so it is given back too. For that to be right,
giving back what was never booked must do nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_fixed


class Status(Enum):
    """How far a trip has come."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    COMPENSATED = "compensated"
    STUCK = "stuck"
    """Something could not be given back: a person has to see to it."""


Call = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Step:
    """A call and the one that takes it back, even where nothing was booked; both get the number of the trip."""

    name: str
    book: Call
    give_back: Call


@dataclass
class Progress:
    """What is true at this moment.

    `booked` are the steps that are known to be booked. `left` are those that could not be given back.
    """

    steps: int
    status: Status = Status.PENDING
    booked: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def percent(self) -> int:
        """Of the steps."""
        return 100 * len(self.booked) // self.steps


class Saga:
    """Books trips.

    Args:
        steps: in the order in which they are booked.
        tell: is called with the progress after each change.
        attempts: to give back one step; `pause` seconds in between.
    """

    def __init__(
        self, steps: Sequence[Step], tell: Callable[[Progress], None] = lambda _: None, attempts: int = 3, pause: float = 0.1
    ) -> None:
        self._steps = steps
        self._tell = tell
        self._attempts = attempts
        self._pause = pause

    async def run(self, trip: str) -> Progress:
        """Books all steps.

        Returns:
            Progress: its status is COMPLETED, or, when a step has failed, COMPENSATED or STUCK.

        Raises:
            CancelledError: this was cancelled; before, everything has been given back.
        """
        progress = Progress(len(self._steps), Status.RUNNING)
        for number, step in enumerate(self._steps):
            try:
                await step.book(trip)
            except Exception:
                await self._compensate(self._steps[: number + 1], trip, progress)
                return progress
            except asyncio.CancelledError:
                await self._compensate(self._steps[: number + 1], trip, progress)
                raise
            progress.booked.append(step.name)
            if len(progress.booked) == len(self._steps):
                progress.status = Status.COMPLETED
            self._tell(progress)
        return progress

    async def _compensate(self, steps: Sequence[Step], trip: str, progress: Progress) -> None:
        """Gives back to the end: a cancellation in the meantime is passed on afterwards."""
        task = asyncio.create_task(self._give_back(steps, trip, progress))
        cancelled: asyncio.CancelledError | None = None
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled
        task.result()

    async def _give_back(self, steps: Sequence[Step], trip: str, progress: Progress) -> None:
        for step in reversed(steps):
            try:
                async for attempt in AsyncRetrying(
                    stop=stop_after_attempt(self._attempts),
                    wait=wait_fixed(self._pause),
                    retry=retry_if_exception_type(Exception),
                    reraise=True,
                ):
                    with attempt:
                        await step.give_back(trip)
            except Exception:
                progress.left.append(step.name)
            if step.name in progress.booked:
                progress.booked.remove(step.name)
            self._tell(progress)
        progress.status = Status.STUCK if progress.left else Status.COMPENSATED
        self._tell(progress)
