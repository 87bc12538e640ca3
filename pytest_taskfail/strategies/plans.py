"""Points, plans and schedules that are drawn whole, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from ..errors import PlanError
from ..model.faults import Fault
from ..model.plans import Injection, Plan
from ..model.points import Point, Selector
from ..model.schedules import Schedule
from ..model.traces import Trace
from .faults import Wanted, read
from .places import Given, Spot, fault_free, spots

T = TypeVar("T")

CHOICES_MAX = 40
"""Choices counted where no run is known."""


def points(source: Given = None) -> st.SearchStrategy[Point | Selector]:
    """Points, or selectors that name them; they shrink to earlier ones.

    Args:
        source: as for `plans`.

    Raises:
        PlanError: as for `plans`.

    Example:
        >>> from hypothesis import find
        >>> str(find(points(["start:fetch#0", "start:fetch#1"]), lambda point: True))
        'start:fetch#0'
    """
    return _later(source, lambda: st.sampled_from([spot.at for spot in spots(source, None)]))


def plans(
    max_faults: int = 3, *, points: Given = None, faults: Wanted | None = None, min_faults: int = 0
) -> st.SearchStrategy[Plan]:
    """Plans: which faults happen at which points of an experiment. They shrink to fewer faults, then earlier points, then milder
    faults. The simplest one is empty: nothing fails.

    Args:
        max_faults: how many faults at most; each at a point of its own.
        points: where. A function without arguments that runs the code under test once: it is run twice before the first plan
            is drawn, without faults, and only points that it reaches, with faults that may happen there, are drawn. The `Trace`
            of a fault-free experiment: the same. Points, selectors or their texts, one or several: these. Nothing: the first
            few of each kind, whatever they are called, as in `call:* in *#1`; a fault then strikes only where it may happen.
        faults: kinds of faults as a comma list, faults, or texts of faults; by default what happens unasked: `raise`, `hold`,
            `timer` and `cancel`.
        min_faults: how many faults at least.

    Returns:
        a strategy of frozen `Plan`s, to be given to `taskfail.experiment(plan, unfired="ignore")`: a fault may keep the run
        from reaching the point of the next one.

    Raises:
        PlanError: an argument is none of these, or no wanted fault may happen at any of the points. For a function that is
            said when the first plan is drawn.

    Example:
        >>> from hypothesis import find
        >>> str(find(plans(points="start:fetch#2", faults="raise OSError"), bool))
        'raise OSError @ start:fetch#2'
    """
    if not 0 <= min_faults <= max_faults or max_faults < 1:
        asked = f"plans(max_faults={max_faults}, min_faults={min_faults})"
        raise PlanError(f"{asked}: max_faults is 1 or more, min_faults from 0 to max_faults")
    read(faults)

    def drawn() -> st.SearchStrategy[Plan]:
        places = spots(points, faults)
        if min_faults > len(places):
            there = "is only 1 point" if len(places) == 1 else f"are only {len(places)} points"
            raise PlanError(f"plans(min_faults={min_faults}): there {there}")
        return _plans(places, min_faults, max_faults)

    return _later(points, drawn)


def _plans(places: list[Spot], least: int, most: int) -> st.SearchStrategy[Plan]:
    """Each injection is one number, so that it shrinks to an earlier point, then to a milder fault there."""
    injections = [(number, fault) for number, spot in enumerate(places) for fault in spot.faults]

    def as_plan(chosen: list[tuple[int, Fault]]) -> Plan:
        return Plan(tuple(Injection(fault, places[number].at) for number, fault in sorted(chosen, key=lambda one: one[0])))

    one = st.integers(0, len(injections) - 1).map(injections.__getitem__)  # sampled_from would number anew what is left in a list
    drawn = st.lists(one, min_size=least, max_size=most, unique_by=lambda one: one[0])
    return _whole(drawn, as_plan)


def schedules(max_deviations: int = 2, *, run: Trace | Callable[[], object] | None = None) -> st.SearchStrategy[Schedule]:
    """Schedules: where a run departs from running each thread until it blocks. They shrink to fewer, then earlier deviations.

    Args:
        max_deviations: how many deviations at most.
        run: a function without arguments that runs the code under test once, or the `Trace` of an experiment: deviations are
            drawn from the choices that it meets. Nothing: the first choices and threads there may be; many do not exist.

    Returns:
        a strategy of frozen `Schedule`s, to be given to `taskfail.experiment(plan, schedule, unfired="ignore")`: after a fault
        or a first deviation a run meets other choices, and a deviation that is not possible there is passed over.

    Raises:
        PlanError: `max_deviations` is less than 1, or the function does not pass without any fault.

    Example:
        >>> from hypothesis import find
        >>> str(find(schedules(), bool)).partition(" ")[2]
        '0:0.0'
    """
    if max_deviations < 1:
        raise PlanError(f"schedules(max_deviations={max_deviations}): at least 1")

    def drawn() -> st.SearchStrategy[Schedule]:
        if run is None:
            known = [(choice, thread) for choice in range(CHOICES_MAX) for thread in ("0.0", "0.1", "0.2", "0")]
        else:
            trace = run if isinstance(run, Trace) else fault_free(run)
            met = enumerate(trace.choices)
            known = [(n, option) for n, choice in met for option in choice.options if option != choice.chosen]
        if not known:
            return st.just(Schedule())
        one = st.integers(0, len(known) - 1).map(known.__getitem__)
        found = st.lists(one, max_size=max_deviations, unique_by=lambda one: one[0])
        return _whole(found, lambda chosen: Schedule(tuple(sorted(chosen))))

    return _later(run, drawn)


@st.composite
def _whole(draw: st.DrawFn, parts: st.SearchStrategy[Any], make: Callable[[Any], T]) -> T:
    """What is made of the parts; in the report of a failure it stands itself, not how it was made."""
    return make(draw(parts))


def _later(source: Any, make: Callable[[], st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """The strategy; where a function must be run for it, at the first draw and only once."""
    if not callable(source):
        return make()
    once = cache(make)
    return st.builds(lambda: None).flatmap(lambda _: once())
