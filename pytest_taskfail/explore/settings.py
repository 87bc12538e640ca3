"""What a user chose for one test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..laws import UNIVERSAL, Law
from ..model.faults import DEFAULT_KINDS
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace

Plans = Callable[[Trace], Iterable[Plan]]
"""Gives plans to be tried, from the fault-free trace."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose.

    Args:
        budget: seconds of real time for one test.
        kinds: kinds of faults; empty for schedules only.
        strict: whether the test's own assertions are judged.
        production: whether the test is about production code: then what it does itself around that is spared.
        points: selectors of points; where given only these are explored, and every call can fail.
        max_faults: faults in one run.
        reduce: whether equivalent points are merged.
        limit: seconds of real time for one experiment.
        lines: patterns of files, relative to the root folder, in which every line is a scheduling choice.
        earlier: findings of earlier runs, tried first.
        seed: for `random`, and for every choice of ours.
        laws: what judges every experiment.
        asked: names of the laws on request that are asked for.
        plans: gives what is tried after the sweep.
    """

    budget: float = 10.0
    kinds: frozenset[str] = DEFAULT_KINDS
    strict: bool = False
    production: bool = False
    points: tuple[str, ...] = ()
    tolerate: tuple[type[BaseException], ...] = ()
    max_faults: int = 1
    reduce: bool = True
    limit: float = 30.0
    lines: tuple[str, ...] = ()
    earlier: tuple[tuple[Plan, Schedule], ...] = ()
    seed: int = 0
    laws: tuple[Law, ...] = UNIVERSAL
    asked: frozenset[str] = frozenset()
    plans: Plans = lambda golden: ()
