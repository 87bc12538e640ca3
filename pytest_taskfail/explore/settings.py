"""What a user chose for one test."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.faults import DEFAULT_KINDS
from ..model.plans import Plan
from ..model.schedules import Schedule


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose.

    Args:
        budget: seconds of real time for one test.
        kinds: kinds of faults; empty for schedules only.
        strict: whether the test's own assertions are judged.
        points: selectors of points; where given only these are explored, and every call can fail.
        max_faults: faults in one run.
        reduce: whether equivalent points are merged.
        limit: seconds of real time for one experiment.
        earlier: findings of earlier runs, tried first.
        seed: for `random`, and for every choice of ours.
    """

    budget: float = 10.0
    kinds: frozenset[str] = DEFAULT_KINDS
    strict: bool = False
    points: tuple[str, ...] = ()
    tolerate: tuple[type[BaseException], ...] = ()
    max_faults: int = 1
    reduce: bool = True
    limit: float = 30.0
    earlier: tuple[tuple[Plan, Schedule], ...] = ()
    seed: int = 0
