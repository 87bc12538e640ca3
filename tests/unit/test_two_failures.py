"""Which two failures are tried in one turn of an event loop."""

from __future__ import annotations

from pytest_taskfail.explore.together import pairs
from pytest_taskfail.model.faults import Cancel, Fault, Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.traces import Event, Place, Reached, Trace

FAILS = (Raise(OSError), Raise(OSError, always=True))
CANCELS = (Cancel(), Cancel(late=True))


def golden(*children: str, joined: tuple[tuple[str, str], ...] = (), wait: tuple[Fault, ...] = (), apart: float = 0.0) -> Trace:
    starts = [Reached(Point("start", child.partition("#")[0], child), Place(), "", FAILS) for child in children]
    waits = [Reached(Point("await", "wait@main", "main#0"), Place(), "", wait)] if wait else []
    events = [Event(child, "start", "", time=number * apart) for number, child in enumerate(children)]
    return Trace(events=tuple(events), reached=(*starts, *waits), joined=joined or tuple(("main#0", child) for child in children))


def told(trace: Trace, *points: str) -> list[str]:
    return [f"{one[1]} @ {one[0].point} + {two[1]} @ {two[0].point}" for one, two in pairs(trace, points)]


def test_two_of_one_role_and_one_each_of_two() -> None:
    assert told(golden("fetch#0", "fetch#1", "fetch#2", "read#0")) == [
        "raise OSError @ start:fetch#0 + raise OSError @ start:fetch#1",
        "raise OSError @ start:fetch#0 + raise OSError @ start:read#0",
    ]


def test_a_child_fails_as_its_parent_is_cancelled() -> None:
    assert told(golden("fetch#0", wait=CANCELS)) == ["raise OSError @ start:fetch#0 + cancel late @ await:wait@main in main#0"]


def test_not_where_the_parent_is_never_cancelled_late() -> None:
    assert told(golden("fetch#0", wait=(Cancel(),))) == []


def test_not_where_nobody_waits_for_both() -> None:
    assert told(golden("fetch#0", "read#0", joined=(("main#0", "fetch#0"), ("other#0", "read#0")))) == []


def test_not_where_they_do_not_start_together() -> None:
    assert told(golden("fetch#0", "read#0", apart=0.5)) == []


def test_tasks_of_one_role_that_wait_for_the_same_give_one_pair() -> None:
    children = ("fetch#0", "read#0", "fetch#1", "read#1")
    joined = (("part#0", "fetch#0"), ("part#0", "read#0"), ("part#1", "fetch#1"), ("part#1", "read#1"))
    assert len(told(golden(*children, joined=joined))) == 1


def test_only_points_that_are_wanted() -> None:
    assert told(golden("fetch#0", "read#0"), "start:fetch") == []
