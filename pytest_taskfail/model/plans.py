"""A Plan says which fault happens at which point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .faults import Fault, parse_fault
from .points import Point, Selector
from .schedules import Schedule


@dataclass(frozen=True, slots=True)
class Injection:
    """One fault at one point.

    Args:
        fault: what happens.
        at: the point where it happens, or a selector: then at the first point that matches.
    """

    fault: Fault
    at: Point | Selector

    def __str__(self) -> str:
        return f"{self.fault} @ {self.at}"

    def applies(self, point: Point) -> bool:
        """Whether this is the planned point."""
        return point == self.at if isinstance(self.at, Point) else self.at.matches(point)

    @classmethod
    def parse(cls, text: str) -> Injection:
        """Reads `FAULT @ POINT`.

        Raises:
            ValueError: the text is not one.
        """
        fault, at, place = text.partition(" @ ")
        if not at:
            raise ValueError(f"{text!r} does not say where; write 'FAULT @ POINT', for instance 'raise OSError @ start:fetch#2'")
        try:
            where: Point | Selector = Point.parse(place.strip())
        except ValueError:
            where = Selector.parse(place.strip())
        return cls(parse_fault(fault.strip()), where)


@dataclass(frozen=True, slots=True)
class Plan:
    """The faults of one experiment.

    Example:
        >>> plan = Plan.parse("raise OSError @ call:Store.save in save#0 + expire @ timer:Queue.get@ask in ask#0")
        >>> len(plan.injections)
        2
        >>> Plan.parse(str(plan)) == plan
        True
    """

    injections: tuple[Injection, ...] = ()

    def __str__(self) -> str:
        return " + ".join(map(str, self.injections))

    def __repr__(self) -> str:
        return f"Plan.parse({str(self)!r})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How IPython and Hypothesis print it: to be copied into an `@example`."""
        printer.text(repr(self))

    def __bool__(self) -> bool:
        return bool(self.injections)

    def plus(self, fault: Fault, at: Point | Selector) -> Plan:
        """This plan and one more injection."""
        return Plan((*self.injections, Injection(fault, at)))

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Reads what `str` prints.

        Raises:
            ValueError: a part of the text is not an injection.
        """
        return cls(tuple(Injection.parse(part.strip()) for part in text.split(" + ") if part.strip()))


def print_replay(plan: Plan, schedule: Schedule) -> str:
    """The text after `--taskfail-replay=`: the plan, then the schedule behind a bar; each only where there is one.

    Example:
        >>> print_replay(Plan.parse("drop @ signal:Event.set in work#0"), Schedule(((3, "0.1"),), "py3.12"))
        'drop @ signal:Event.set in work#0 | py3.12 3:0.1'
    """
    return " | ".join(part for part in (str(plan), str(schedule) if schedule else "") if part) or "nothing"


def parse_replay(text: str) -> tuple[Plan, Schedule]:
    """Reads what `print_replay` prints.

    Raises:
        ValueError: the text is neither a plan nor a schedule.
    """
    if text.strip() == "nothing":
        return Plan(), Schedule()
    plan, bar, schedule = text.rpartition("|")
    if bar:
        return Plan.parse(plan), Schedule.parse(schedule.strip())
    if text.strip().startswith("py3."):
        return Plan(), Schedule.parse(text.strip())
    return Plan.parse(text), Schedule()
