"""Reports made by hand, for the tests of what is written to a file; and a reader that insists on well-formed HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from pytest_taskfail.explore.reduce import Case
from pytest_taskfail.explore.results import Report
from pytest_taskfail.explore.tried import Tried, tried
from pytest_taskfail.model.faults import Fault, Hold, Raise
from pytest_taskfail.model.findings import Finding, Story
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.points import Point
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Event, Injected, Place, Reached, Trace, Wait
from pytest_taskfail.report.json import as_data

HERE = Place("shop.py", 17, "Shop.pay")
LOCKED = Place("shop.py", 16, "Shop.pay")
CHARGE = Point("call", "Fake.charge", "pay#0")
TAKE = Point("acquire", "Lock@Shop.pay", "pay#0")
LOCK = "shop.py:13 #0"

TRACE = Trace(
    events=(
        Event("test", "submit", "pay#0", HERE),
        Event("test", "submit", "pay#1", HERE),
        Event("pay#0", "start", "pay"),
        Event("pay#0", "takes", "", LOCKED, 0.0, LOCK),
        Event("pay#0", "fault", "raise ConnectionError", HERE, 0.5, f"@ {CHARGE}"),
        Event("pay#0", "failed", "pay", Place(), 0.5, "ConnectionError"),
        Event("pay#1", "start", "pay", Place(), 0.5),
    ),
    injected=(Injected(Raise(ConnectionError), CHARGE, HERE, ""),),
    stopped="deadlock",
    waits=(
        Wait("pay#1", "for Lock shop.py:13", LOCKED, "pay#0", "ended with ConnectionError", LOCKED),
        Wait("test", "for the tasks of the ThreadPoolExecutor to end", HERE, "pay#1"),
    ),
    stacks=("pay#1\nshop.py:16 in pay: self.lock.acquire()",),
    seconds=0.5,
)
FINDING = Finding("deadlock", ("pay#0  ended with ConnectionError, still holds Lock shop.py:13",), "shop.py:16", "pay")


def case(point: Point, fault: Fault, before: Plan = Plan(), equal: int = 1) -> Case:
    """An experiment at a point of the fault-free run, or behind other faults."""
    return Case(before.plus(fault, point), point, fault, Reached(point, HERE, "it can fail"), equal)


def made(*, trace: Trace = TRACE, finding: Finding = FINDING, output: str = "", tries: tuple[Tried, ...] = ()) -> Report:
    """A report with one finding."""
    shown = case(CHARGE, Raise(ConnectionError), equal=5)
    report = Report(points=2, raw_points=9, swept_points=2, swept=2, experiments=4, changed=1)
    report.tried = [tried(shown, [finding], True), tried(case(TAKE, Hold()), [], False), *tries]
    report.stories = [Story(finding, shown.plan, Schedule(), trace, 2, output)]
    return report


def data_of(report: Report, nodeid: str = "test_shop.py::test_pay") -> dict[str, Any]:
    """What a file holds of one test."""
    return {**as_data(nodeid, report), "strict": False}


class Reader(HTMLParser):
    """Takes a page apart; complains of a tag that is not closed, or closed by another."""

    VOID = frozenset({"meta", "br", "input", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> closes {self.open[-3:]} at {self.getpos()}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.said.append(data)

    @property
    def text(self) -> str:
        """What a reader sees, without regard to white space."""
        return " ".join(" ".join(self.said).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this name."""
        return [attributes for name, attributes in self.tags if name == tag]
