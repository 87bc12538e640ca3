"""`cancel scope`: the anyio scope that a task is in is cancelled, not the task."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import pytest

from pytest_taskfail.errors import PlanError
from pytest_taskfail.explore.legal import check
from pytest_taskfail.laws import judge
from pytest_taskfail.model.faults import Cancel, parse_fault
from pytest_taskfail.model.points import Selector
from pytest_taskfail.model.traces import Trace

FAULT = "cancel scope @ await:sleep@Shelf.look"


class Shelf:
    def __init__(self, careful: bool) -> None:
        self.lock, self.careful, self.said = asyncio.Lock(), careful, ""

    async def look(self) -> None:
        await self.lock.acquire()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            if self.careful:
                self.lock.release()
            raise
        self.lock.release()

    async def hurried(self) -> None:
        with anyio.move_on_after(60) as scope:
            await self.look()
        self.said = "gave up" if scope.cancelled_caught else "looked"

    async def main(self) -> None:
        await asyncio.gather(self.hurried(), self.hurried())


@pytest.mark.parametrize(("careful", "laws"), [(False, ["leaked-lock"]), (True, [])])
def test_what_a_scope_that_is_cancelled_leaves_locked(control: Any, careful: bool, laws: list[str]) -> None:
    run = control(lambda: asyncio.run(Shelf(careful).main()), FAULT)
    assert run.experiment.unfired() == []
    assert [finding.law for finding in judge(run.trace, Trace())] == laws


def test_the_task_itself_goes_on_behind_its_scope(control: Any) -> None:
    shelf = Shelf(careful=True)
    run = control(lambda: asyncio.run(shelf.hurried()), FAULT)
    assert run.experiment.unfired() == []
    assert shelf.said == "gave up"


def test_the_whole_group_is_cancelled_but_no_scope_round_it(control: Any) -> None:
    ends = []

    async def look() -> None:
        try:
            await asyncio.sleep(1)
        finally:
            ends.append("look")

    async def main() -> None:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as group:
                group.start_soon(asyncio.sleep, 1000)
                await look()
            ends.append("main")

    run = control(lambda: asyncio.run(main()), "cancel scope @ await:sleep@look")
    assert run.error is None
    assert run.experiment.unfired() == []
    assert ends == ["look", "main"]
    assert run.trace.seconds < 1


def test_outside_of_any_scope_it_does_not_happen(control: Any) -> None:
    shelf = Shelf(careful=False)
    run = control(lambda: asyncio.run(shelf.look()), FAULT)
    assert [str(one) for one in run.experiment.unfired()] == [FAULT]
    assert run.trace.injected == ()


def test_it_reads_and_prints() -> None:
    assert str(Cancel(scope=True)) == "cancel scope"
    assert parse_fault("cancel scope") == Cancel(scope=True)


@pytest.mark.parametrize("other", [{"late": True}, {"at_rest": True}])
def test_a_scope_is_cancelled_at_once_only(other: dict[str, bool]) -> None:
    with pytest.raises(ValueError, match=r"Cancel\(scope=True\) cancels a scope at once; leave out late and at_rest"):
        Cancel(scope=True, **other)


def test_where_it_cannot_happen() -> None:
    with pytest.raises(PlanError) as error:
        check(Cancel(scope=True), Selector.parse("start:look"))
    assert (
        str(error.value)
        == "'cancel scope' cannot happen at start:look: only a task that awaits something can be in an anyio scope"
    )
    check(Cancel(scope=True), Selector.parse("await:sleep@look"))
