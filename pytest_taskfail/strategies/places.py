"""Where drawn faults may happen: what a user gives, as points or selectors with the faults that are legal there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import PlanError
from ..explore.careful import ANY_KINDS
from ..explore.eligible import EVERY
from ..explore.legal import LEGAL
from ..explore.reduce import group_of
from ..hand import Hand
from ..model.faults import Fault, Raise
from ..model.points import TEST, Point, Selector
from ..model.traces import Reached, Trace
from ..runtime import control
from .faults import Wanted, mildness, read

Given = Trace | str | Point | Selector | Iterable[str | Point | Selector] | Callable[[], object] | None

TASKS_MAX, HITS_MAX = 4, 3
"""Where no point is named: the tasks of each function, and the hits in each task, that are counted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with the faults that may be drawn for it, mild ones first."""

    at: Point | Selector
    faults: tuple[Fault, ...]


def spots(given: Given, wanted: Wanted | None) -> list[Spot]:
    """The places in the order in which they shrink: as a run reaches them, or as they were given.

    Raises:
        PlanError: what was given names no point, or none of the wanted faults may happen there.
    """
    wants, listed = read(wanted)
    if given is None:
        found = [Spot(at, _fitting(at, listed)) for at in _anywhere()]
    elif isinstance(given, Trace):
        found = _of_trace(given, wants)
    elif callable(given) and not isinstance(given, Point | Selector):
        found = _of_trace(fault_free(given), wants)
    else:
        one = isinstance(given, str | Point | Selector)
        found = [Spot(at, _fitting(at, listed)) for at in map(_read, [given] if one else given)]  # type: ignore[arg-type]
    found = [spot for spot in found if spot.faults]
    if not found:
        raise PlanError(f"points={_short(given)}: none of the wanted faults may happen there; name other points, or faults=")
    return found


def fault_free(scenario: Callable[[], object]) -> Trace:
    """Runs a function twice without faults, each time as an experiment.

    Returns:
        the second trace, with the points that both runs have reached.

    Raises:
        PlanError: it does not pass, or an experiment is under way.
    """
    if control.active is not None:
        raise PlanError(f"points={_short(scenario)}: draw the plan before the experiment begins, as its points are not known yet")
    traces = []
    for _ in range(2):
        hand, error = Hand(control.files(), every=False), None
        hand.begin()
        try:
            scenario()
        except BaseException as caught:
            error = caught
        trace = hand.end(error)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error
        if error is not None or trace.stopped:
            what = trace.stopped or f"{type(error).__name__}: {error}"
            raise PlanError(f"points={_short(scenario)}: it does not pass without any fault ({what})")
        traces.append(trace)
    both = {one.point for one in traces[0].reached}
    return Trace(reached=tuple(one for one in traces[1].reached if one.point in both), choices=traces[1].choices)


def _of_trace(trace: Trace, wants: Callable[[Fault], bool]) -> list[Spot]:
    """Of points that are alike the first two and the last."""
    groups: dict[tuple[str, str, str], list[Reached]] = {}
    for one in trace.reached:
        if one.why != EVERY:
            groups.setdefault(group_of(one.point), []).append(one)
    chosen = {id(one) for members in groups.values() for one in members[:2] + members[-1:]}
    here = [one for one in trace.reached if id(one) in chosen]
    legal = [(one, [fault for fault in one.faults if wants(fault) and fault.kind in LEGAL]) for one in here]
    return [Spot(one.point, tuple(sorted(faults, key=mildness))) for one, faults in legal]


def _anywhere() -> list[Selector]:
    """Places of any program: the first tasks and hits, whatever they are called."""
    found = []
    for hit in range(HITS_MAX):
        for task in [f"*#{number}" for number in range(TASKS_MAX)] + [TEST]:
            for kind in ANY_KINDS:
                if kind not in ("start", "end"):
                    found.append(Selector(kind, "*", hit or None, task))
                elif task != TEST and hit == 0:
                    found.append(Selector.parse(f"{kind}:{task}"))
    return found


def _fitting(at: Point | Selector, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    lasting = at.kind in ("start", "call")
    return tuple(
        fault
        for fault in faults
        if at.kind in LEGAL[fault.kind]
        and not (isinstance(fault, Raise) and ((fault.after and at.kind != "call") or (fault.always and not lasting)))
        and not (fault.kind == "cancel" and at.kind == "start" and str(fault) != "cancel")
        and not (fault.kind == "raise" and at.kind == "await")
    )


def _read(one: Any) -> Point | Selector:
    if isinstance(one, Point | Selector):
        return one
    if not isinstance(one, str):
        raise PlanError(
            f"points={one!r}: give points, selectors or their texts, the Trace of a run, or a function that runs the code once"
        )
    try:
        return Point.parse(one)
    except ValueError:
        pass
    try:
        return Selector.parse(one)
    except ValueError as error:
        raise PlanError(f"points={one!r}: {error}") from None


def _short(given: object) -> str:
    if isinstance(given, Trace):
        return f"a trace with {len(given.reached)} points"
    return getattr(given, "__qualname__", "") or repr(given)
