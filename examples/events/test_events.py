"""Everybody who listens to an export hears of each page that was written and, once, how it has ended."""

import asyncio

import pytest

from . import app

PAGES = ["p1", "p2"]
System = tuple[type[app.EventEmitter], type[app.Export]]


@pytest.fixture(params=[(app.EventEmitter, app.Export)], ids=["app"])
def system(request: pytest.FixtureRequest) -> System:
    """The emitter and the export under test."""
    return request.param  # type: ignore[no-any-return]


class World:
    """Stands in for the store of pages, which can fail, and for the listeners: the first two can fail, the last one is a list."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.drawn = 0
        self.log: list[app.Event] = []

    async def write(self, page: str) -> None:
        await asyncio.sleep(0)
        self.written.append(page)

    async def draw(self, event: app.Event) -> None:
        await asyncio.sleep(0.001)
        self.drawn += 1

    def beep(self, event: app.Event) -> None:
        pass

    def heard(self, name: str) -> list[app.Event]:
        """What the last listener has heard of."""
        return [event for event in self.log if event.name == name]


def run(system: System) -> tuple[World, str]:
    """An export with its listeners, and how it has ended."""
    world, emitter = World(), system[0]()
    for name in ("progress", "completed"):
        for listener in (world.draw, world.beep, world.log.append):
            emitter.on(name, listener)

    async def main() -> str:
        export = asyncio.create_task(system[1](emitter, world.write).run(PAGES))
        await asyncio.wait([export])
        return "cancelled" if export.cancelled() else "done" if export.exception() is None else "failed"

    return world, asyncio.run(main())


def test_when_the_export_is_over_all_have_heard(system: System) -> None:
    world, outcome = run(system)
    assert outcome == "done"
    assert world.drawn == len(world.log) == len(PAGES) + 1


def test_an_event_that_comes_twice_is_passed_on_once(system: System) -> None:
    emitter, log = system[0](), []
    emitter.on("progress", log.append)

    async def main() -> None:
        for number in (1, 2, 2):
            await emitter.emit(app.Event(number, "progress"))

    asyncio.run(main())
    assert [event.number for event in log] == [1, 2]


@pytest.mark.taskfail(points=["call:World.*", "await:*"], budget=3)
def test_all_is_told_whatever_other_listeners_do(system: System) -> None:
    world, outcome = run(system)
    told = [event.about["done"] for event in world.heard("progress")]
    assert told == list(range(1, len(told) + 1))
    assert len(world.written) - (outcome != "done") <= len(told) <= len(world.written)
    assert len(world.heard("completed")) == 1


@pytest.mark.taskfail(points=["call:World.*", "await:*"], budget=3)
def test_the_outcome_that_is_told_is_true(system: System) -> None:
    world, outcome = run(system)
    told = [event.about["outcome"] for event in world.heard("completed")]
    assert told in ([outcome], ["done"]), "it may be cancelled when all has been written"
    assert told != ["done"] or len(world.written) == len(PAGES)
