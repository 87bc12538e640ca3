"""Faults that are drawn, mild ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from ..errors import PlanError
from ..explore.legal import LEGAL
from ..model.custom import Custom
from ..model.faults import (
    CORRUPT_WAYS,
    DEFAULT_KINDS,
    KINDS,
    Cancel,
    Corrupt,
    Delay,
    Drop,
    Duplicate,
    Expire,
    Fault,
    Hold,
    Raise,
    Twice,
    parse_fault,
)

MILDNESS = ("delay", "hold", "timer", "duplicate", "twice", "drop", "corrupt", "raise", "cancel")
"""Kinds from mild to severe: somebody is slow, a time limit runs out, something comes twice, is lost, is wrong, fails, the task
is over. What plugins add comes last."""

EXCEPTIONS = (ConnectionError, RuntimeError)
"""What is raised where nothing is said: one that callers are often prepared for, and one that hardly anybody is."""

EACH: dict[str, tuple[Fault, ...]] = {
    "delay": (Delay(1.0),),
    "hold": (Hold(),),
    "timer": (Expire(), Expire(late=True)),
    "duplicate": (Duplicate(),),
    "twice": (Twice(),),
    "drop": (Drop(),),
    "corrupt": tuple(Corrupt(way) for way in CORRUPT_WAYS),
    "raise": (*(Raise(kind) for kind in EXCEPTIONS), *(Raise(kind, always=True) for kind in EXCEPTIONS)),
    "cancel": (Cancel(), Cancel(late=True), Cancel(at_rest=True)),
}
"""The faults of each kind where only the kind is said."""

Wanted = str | Fault | Iterable[str | Fault]


def mildness(fault: Fault) -> tuple[int, int, int, str]:
    """Where a fault stands in the order of shrinking: the milder one is less."""
    lasting = 2 * fault.always + fault.after if isinstance(fault, Raise) else 0
    alike = EACH.get(fault.kind, ())
    kind = MILDNESS.index(fault.kind) if fault.kind in MILDNESS else len(MILDNESS)
    return kind, lasting, alike.index(fault) if fault in alike else len(alike), str(fault)


def read(wanted: Wanted | None) -> tuple[Callable[[Fault], bool], tuple[Fault, ...]]:
    """What a user wants of faults.

    Returns:
        whether a fault that may happen at a point is wanted there, and the wanted faults themselves, mild ones first.

    Raises:
        PlanError: no kind and no fault is called so, or it cannot happen in a controlled experiment.
    """
    if wanted is None:
        kinds = DEFAULT_KINDS & set(MILDNESS)
        return lambda fault: fault.kind in kinds, _of(kinds)
    parts = [wanted] if not isinstance(wanted, str) and hasattr(wanted, "kind") else wanted
    if isinstance(parts, str):
        parts = [part.strip() for part in parts.split(",")]
    named: set[str] = set()
    given: list[Fault] = []
    for part in parts:
        if isinstance(part, str) and part in KINDS:
            named.add(part)
        else:
            given.append(_fault(part))
    for kind in (*named, *(fault.kind for fault in given if not isinstance(fault, Custom))):
        if kind not in LEGAL:
            raise PlanError(f"faults={wanted!r}: a {kind!r} happens only in real experiments; here can be {', '.join(MILDNESS)}")
    if not named and not given:
        raise PlanError("faults=() names no fault; leave it out for those that happen by default")
    return lambda fault: fault.kind in named or fault in given, tuple(sorted({*_of(named), *given}, key=mildness))


def _fault(part: Any) -> Fault:
    if not isinstance(part, str):
        if not isinstance(part, Fault):
            raise PlanError(f"faults={part!r} is not a fault; give one, its text, or a kind: {', '.join(MILDNESS)}")
        return part
    try:
        return parse_fault(part)
    except ValueError as error:
        raise PlanError(f"faults={part!r} is neither a kind ({', '.join(MILDNESS)}) nor a fault: {error}") from None


def _of(kinds: Iterable[str]) -> tuple[Fault, ...]:
    return tuple(fault for kind in MILDNESS if kind in kinds for fault in EACH[kind])


def faults(kinds: Wanted | None = None) -> st.SearchStrategy[Fault]:
    """Faults, as values; they shrink to milder ones: delay, hold, timer, duplicate, twice, drop, raise (once, after its effect,
    always), cancel.

    Args:
        kinds: kinds of faults as a comma list, faults, or texts of faults; by default what happens unasked: `raise`, `hold`,
            `timer` and `cancel`.

    Raises:
        PlanError: no kind and no fault is called so, or it cannot happen in a controlled experiment.

    Example:
        >>> from hypothesis import find
        >>> str(find(faults("raise, drop"), lambda fault: True))
        'drop'
    """
    _, listed = read(kinds)
    return st.sampled_from(listed)
