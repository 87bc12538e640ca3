"""A trip is booked as a whole or not at all, whatever fails, and its progress says what is true."""

import asyncio
import copy

import pytest

from . import app

NAMES = ("flight", "hotel", "car")


@pytest.fixture(params=[app.Saga])
def saga_type(request: pytest.FixtureRequest) -> type[app.Saga]:
    """The saga under test."""
    return request.param  # type: ignore[no-any-return]


class Provider:
    """Stands in for a provider: it keeps what is booked, and notes what it was asked for and what it has done."""

    def __init__(self, name: str, asked: list[str], done: list[str], full: bool = False) -> None:
        self.name = name
        self.asked = asked
        self.done = done
        self.full = full
        self.booked: set[str] = set()

    async def book(self, trip: str) -> None:
        self.asked.append(f"book {self.name}")
        await asyncio.sleep(0)
        if self.full:
            raise LookupError(f"no {self.name} is left")
        self.booked.add(trip)
        await asyncio.sleep(0)

    async def give_back(self, trip: str) -> None:
        self.asked.append(f"give back {self.name}")
        await asyncio.sleep(0)
        if trip in self.booked:
            self.booked.remove(trip)
            self.done.append(f"give back {self.name}")


class Trip:
    """Three providers and what was told of the progress."""

    def __init__(self, saga_type: type[app.Saga], full: str = "") -> None:
        self.asked: list[str] = []
        self.done: list[str] = []
        self.providers = [Provider(name, self.asked, self.done, name == full) for name in NAMES]
        self.told: list[app.Progress] = []
        self.untrue: list[app.Progress] = []
        self.saga = saga_type([app.Step(p.name, p.book, p.give_back) for p in self.providers], self.tell, pause=0.001)

    def tell(self, progress: app.Progress) -> None:
        self.told.append(copy.deepcopy(progress))
        if not set(progress.booked) <= set(self.booked) | set(progress.left):
            self.untrue.append(copy.deepcopy(progress))

    @property
    def booked(self) -> list[str]:
        """What is booked with the providers."""
        return [provider.name for provider in self.providers if provider.booked]

    def run(self) -> "asyncio.Task[app.Progress]":
        """The task of the saga, when it is over."""

        async def main() -> asyncio.Task[app.Progress]:
            task = asyncio.create_task(self.saga.run("t1"))
            await asyncio.wait([task])
            return task

        return asyncio.run(main())


def test_a_refused_step_undoes_those_before_it_once_and_in_reverse(saga_type: type[app.Saga]) -> None:
    trip = Trip(saga_type, full="car")
    assert trip.run().result().status is app.Status.COMPENSATED
    assert trip.asked == ["book flight", "book hotel", "book car", "give back car", "give back hotel", "give back flight"]


@pytest.mark.taskfail(points=["call:Provider.*", "await:*"], budget=3)
@pytest.mark.parametrize("full", ["", "car"])
def test_a_trip_is_booked_as_a_whole_or_not_at_all(saga_type: type[app.Saga], full: str) -> None:
    trip = Trip(saga_type, full)
    task = trip.run()
    last = trip.told[-1] if trip.told else app.Progress(len(NAMES))
    if not task.cancelled() and task.result().status is app.Status.COMPLETED:
        assert trip.booked == list(NAMES)
        assert last.percent == 100
    else:
        assert set(trip.booked) <= set(last.left), f"{trip.booked} stay booked, and nobody is told"


@pytest.mark.taskfail(points=["call:Provider.*", "await:*"], budget=3)
def test_what_is_undone_is_undone_in_reverse(saga_type: type[app.Saga]) -> None:
    trip = Trip(saga_type, full="car")
    trip.run().cancelled()
    undone = [line.removeprefix("give back ") for line in trip.done]
    assert undone == sorted(undone, key=NAMES.index, reverse=True)


@pytest.mark.taskfail(points=["call:Provider.*", "await:*"], budget=3)
def test_the_progress_is_never_wrong(saga_type: type[app.Saga]) -> None:
    trip = Trip(saga_type)
    trip.run().cancelled()
    assert trip.untrue == []
