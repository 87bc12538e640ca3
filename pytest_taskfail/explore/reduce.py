"""Equivalent points are tried once: same kind, name and role of the task, a call also from the same line.

Of each group the first two and the last are tried.

449 to 487 raw points of a pool program with 20 tasks become 3 to 9, and the number does not grow with the number of
identical tasks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.faults import Fault, Raise
from ..model.plans import Injection, Plan
from ..model.points import Point, Selector
from ..model.traces import Reached

if TYPE_CHECKING:
    from .settings import Settings

Group = tuple[str, str, str]
ORDER = ("call", "start", "await", "end", "timer", "signal", "submit", "acquire", "pickle")
"""The kinds that find most come first."""


@dataclass(frozen=True, slots=True)
class Case:
    """One experiment of the sweep.

    Args:
        plan: its faults, the new one last.
        reached: the point of that, and what is known of it.
        equal: how many points there are that are equivalent to it, itself counted.
    """

    plan: Plan
    point: Point
    fault: Fault
    reached: Reached | None = None
    equal: int = 1

    @property
    def before(self) -> tuple[Injection, ...]:
        """The other faults: those that brought the run there, or that are tried together with this one."""
        return self.plan.injections[:-1]


def group_of(point: Point) -> Group:
    """What makes points equivalent."""
    return point.kind, point.name, point.role


def representatives(reached: Iterable[Reached], settings: Settings, before: Plan = Plan(), firsts: bool = False) -> list[Case]:
    """The experiments for these points: what strikes once before what lasts, and after that what comes late.

    Args:
        reached: what a run has reached.
        settings: which points are wanted, and whether equivalent ones are merged.
        before: the faults that brought the run there.
        firsts: only the first of equivalent points.
    """
    groups: dict[tuple[Group, int, tuple[Fault, ...]], list[Reached]] = {}
    chosen = [Selector.parse(text) for text in settings.points]
    for one in reached:
        if not chosen or any(selected(selector, one.point) for selector in chosen):
            # A call is named by what is called: from another line it is another call.
            line = one.place.line if one.point.kind == "call" else 0
            # Where other things may happen, another thing has happened before: it has failed without any fault, say.
            groups.setdefault((group_of(one.point), line, one.faults), []).append(one)
    cases = []
    for members in sorted(groups.values(), key=lambda members: ORDER.index(members[0].point.kind)):
        picked = dict.fromkeys(members[:1] if firsts else members[:2] + members[-1:] if settings.reduce else members)
        for number, member in enumerate(picked):
            for fault in member.faults:
                lasting = isinstance(fault, Raise) and fault.always
                if lasting and number and settings.reduce:
                    continue
                plan = before.plus(fault, member.point)
                cases.append((2 * lasting + (number > 0), Case(plan, member.point, fault, member, len(members))))
    return [case for _, case in sorted(cases, key=lambda pair: pair[0])]


def selected(selector: Selector, point: Point) -> bool:
    """Whether a selector of the marker names a point; without a number it names every hit."""
    if selector.hit is None and selector.kind not in ("start", "end"):
        selector = Selector(selector.kind, selector.name, point.hit, selector.task)
    return selector.matches(point)
