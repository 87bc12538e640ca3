"""What came of each experiment of the sweep: what a report draws as a table of points by faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..model.findings import Finding
from .reduce import Case

VERDICTS = {
    "passed": "no finding",
    "changed": "no finding, though the test ended in another way",
    "finding": "a finding",
    "unfired": "the fault never fired: its point was not reached again",
    "unjudged": "not judged: the experiment did not end in time, or what it showed did not come again",
    "not tried": "not tried",
}
"""What can come of an experiment, in words."""


class Tried(NamedTuple):
    """One experiment of the sweep.

    Args:
        case: its plan, and the point and fault that were new in it.
        verdict: a key of `VERDICTS`.
        found: the keys of its findings.
    """

    case: Case
    verdict: str
    found: tuple[tuple[str, str, str], ...] = ()


def tried(case: Case, found: Iterable[Finding] | None, changed: bool) -> Tried:
    """An experiment in which the fault fired.

    Args:
        case: the experiment.
        found: its findings; `None` where it could not be judged.
        changed: whether the test failed in it.
    """
    if found is None:
        return Tried(case, "unjudged")
    keys = tuple(finding.key for finding in found)
    return Tried(case, "finding" if keys else "changed" if changed else "passed", keys)
