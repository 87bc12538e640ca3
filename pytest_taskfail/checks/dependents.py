"""Dependents: what needs the result of something that failed does not run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model.traces import Trace
from .runs import names_seen, nothing, raise_if, runs_of, stands_in, tasks_of, words_of

__tracebackhide__ = True

Needs = Mapping[str, str | Iterable[str]]


def find_run_dependents(trace: Trace, needs: Needs) -> list[str]:
    """What ran although something that it needs had not ended well before, a line each.

    Args:
        trace: what was seen.
        needs: name -> the names of what it needs: `{"book": "charge", "mail": ["charge", "book"]}`. Names are those of tasks
            (`fetch`, `fetch#2`), or of recorded functions. Without a number all tasks of a name are needed.

    Example:
        >>> submit, start = Event("test", "submit", "charge#0"), Event("charge#0", "start", "charge")
        >>> failed = [submit, start, Event("charge#0", "failed", "charge")]
        >>> ran = [Event("test", "submit", "book#0"), Event("book#0", "start", "book")]
        >>> find_run_dependents(Trace(events=(*failed, *ran)), {"book": "charge"})
        ['book#0  ran although charge#0 had failed']
    """
    problems = []
    for name, wanted in needs.items():
        needed = [wanted] if isinstance(wanted, str) else list(wanted)
        for run in runs_of(trace, name):
            for one in needed:
                problems += [f"{run.label}  ran although {why}" for why in _missing(trace, one, run.first)]
    return problems


def assert_dependents_skipped(trace: Trace, needs: Needs) -> None:
    """What needs the result of something that failed was not run, nor what needs that.

    Args:
        trace: what was seen.
        needs: as for `find_run_dependents`.

    Raises:
        CheckFailed: with a line for each that ran; or a needed name is unknown, or nothing of what is needed failed.

    Example:
        >>> submit, start = Event("test", "submit", "charge#0"), Event("charge#0", "start", "charge")
        >>> failed = [submit, start, Event("charge#0", "failed", "charge")]
        >>> assert_dependents_skipped(Trace(events=tuple(failed)), {"book": "charge"})
    """
    needed = [one for wanted in needs.values() for one in ([wanted] if isinstance(wanted, str) else wanted)]
    roots = [one for one in dict.fromkeys(needed) if one not in needs]
    if not needed or not roots:
        raise nothing("assert_dependents_skipped needs names and what they need, for instance {'book': ['charge']}")
    for root in roots:
        if not runs_of(trace, root) and not tasks_of(trace, root):
            raise nothing(f"nothing called {root!r} was seen; what ran: {names_seen(trace)}")
    if not any(run.how != "done" for one in dict.fromkeys(needed) for run in runs_of(trace, one)):
        raise nothing(f"nothing that is needed has failed, so nothing had to be left out; what ran: {names_seen(trace)}")
    raise_if(find_run_dependents(trace, needs), "what needs a failed task ran all the same")


def _missing(trace: Trace, needed: str, before: int) -> list[str]:
    """Why not all of what is needed had ended well at this place of the trace."""
    runs = runs_of(trace, needed)
    begun = [run for run in runs if run.first < before]
    found = []
    for run in begun:
        if (run.how != "done" or run.last > before) and not stands_in(trace, run, begun, before):
            found.append(f"{run.label} {words_of(run, before)}")
    if not begun or begun[0].is_task:
        asked = [event.name for event in trace.events[:before] if event.kind == "submit"]
        waiting = [task for task in tasks_of(trace, needed) if task in asked]
        found += [f"{task} had not run" for task in waiting if not any(run.task == task for run in begun)]
    return found or ([] if begun else [f"{needed} had not run"])
