"""What exploring one test works with and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..model.findings import Finding, Story
from ..model.traces import Trace
from .tried import Tried


@dataclass(slots=True)
class Outcome:
    """How the test ended: what came out of it, what it printed, and whether it skipped itself."""

    error: BaseException | None = None
    skipped: bool = False
    output: str = ""


Scenario = Callable[[], Outcome]
"""Runs the test once, with fresh fixtures, in the calling thread."""


@dataclass(slots=True)
class Report:
    """The result of exploring one test.

    Args:
        stories: the findings, each with the smallest experiment that shows it.
        unstable: points that two fault-free runs did not both reach.
        points: points after reduction; `raw_points` before.
        spared: points that are the test's own, at which nothing was tried.
        swept: faults tried; `left` of them were not, for want of budget.
        tried: what came of each of these, and those that were left.
        schedules: schedules tried; whether all with up to two preemptions were, else up to how many deviations.
        random_orders: random orders tried; of how many threads and choices.
        pauses: schedules tried beside those, in which a thread is held up after a signal or a release.
        fault_orders: faults tried in another order; whether some were left out.
        combinations: faults tried together beside those in recovery code; whether some were left out.
        changed: experiments in which the test's own outcome changed.
        lines_seen: whether a line was run at which there is a choice because the user wanted it.
        storms: what the law `retry-storm` finds, where it is not asked for.
        doubts: why runs were not under full control.
        why_not: why the test was not explored, in words; empty if it was.
        mode: `controlled` or `real`; `why_mode` says why it is real, `limits` which limits of time hold there.
    """

    stories: list[Story] = field(default_factory=list)
    golden: Trace = field(default_factory=Trace)
    unstable: list[str] = field(default_factory=list)
    points: int = 0
    raw_points: int = 0
    swept_points: int = 0
    spared: int = 0
    swept: int = 0
    left: int = 0
    tried: list[Tried] = field(default_factory=list)
    schedules: int = 0
    schedules_exhausted: bool = False
    deviations_complete: int = 0
    random_orders: int = 0
    pauses: int = 0
    fault_orders: int = 0
    fault_orders_cut: bool = False
    combinations: int = 0
    combinations_cut: bool = False
    threads: int = 0
    choices: int = 0
    experiments: int = 0
    changed: int = 0
    lines_seen: bool = False
    storms: list[Finding] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)
    seconds: float = 0.0
    why_not: str = ""
    replayed: bool = False
    mode: str = "controlled"
    why_mode: str = ""
    limits: str = ""
