"""After a killed worker: the pool works again, and what the worker had begun is done by another one."""

from __future__ import annotations

from ..model.notes import KILLED
from ..model.traces import Trace
from .runs import Run, names_seen, nothing, raise_if, runs_of, tasks_of

__tracebackhide__ = True


def find_unrecovered(trace: Trace, name: str) -> list[str]:
    """What has not been done since a worker was killed, a line each.

    Args:
        trace: what was seen in a real experiment.
        name: of the tasks, or of a recorded function; with `record(function, key=...)` each key must have been done in the end.

    Example:
        >>> killed = [Event("work#0", "start", "work"), Event("work#0", "fault", "kill", note="@ start:work#0")]
        >>> find_unrecovered(Trace(events=(Event("test", "submit", "work#0"), *killed)), "work")
        ['work  nothing ended well after work#0 was killed']
    """
    kill = _kill(trace)
    if kill is None:
        return ["no worker was killed"]
    runs = runs_of(trace, name)
    victim = trace.events[kill].task
    problems = []
    if not any(run.first > kill and run.how == "done" for run in runs):
        problems.append(f"{name}  nothing ended well after {victim} was killed")
    done = {run.key for run in runs if run.how == "done"}
    lost = [key for key in dict.fromkeys(run.key for run in runs if run.key) if key not in done]
    return problems + [f"{name} {key}  was begun and never done" for key in lost]


def assert_recovered(trace: Trace, name: str) -> None:
    """After a worker was killed, and its pool broken, the work went on: something of this name ended well, and no key is lost.

    Args:
        trace, name: as for `find_unrecovered`.

    Raises:
        CheckFailed: with what was not done; or nothing of this name ran, or no worker was killed.

    Example:
        >>> killed = [Event("work#0", "start", "work"), Event("work#0", "fault", "kill", note="@ start:work#0")]
        >>> again = [Event("work#1", "start", "work"), Event("work#1", "end", "work")]
        >>> submits = [Event("test", "submit", f"work#{number}") for number in range(2)]
        >>> assert_recovered(Trace(events=(*submits, *killed, *again)), "work")
    """
    _something(trace, name)
    raise_if(find_unrecovered(trace, name), f"{name!r} has not recovered from a killed worker")


def find_not_taken_over(trace: Trace, name: str) -> list[str]:
    """What a killed worker had begun and no other worker has done, a line each.

    Args:
        trace: what was seen in a real experiment.
        name: of a function recorded with a key, or of tasks that the pool itself runs again.

    Example:
        >>> begun = [Event("work#0", "start", "work", note="in process 1"), Event("work#0", "attempt", "charge", note="7")]
        >>> find_not_taken_over(Trace(events=(*begun, Event("work#0", "fault", "kill"))), "charge")
        ['charge 7  was begun in process 1, which was killed, and done by nobody else']
    """
    problems = []
    runs = runs_of(trace, name)
    for run in runs:
        if run.how != "open" or not _struck(trace, run):
            continue
        again = [o for o in runs if o.first > run.first and o.how == "done" and _same(run, o)]
        before = _process(trace, run)
        if not again:
            problems.append(f"{run.label}  was begun {before}, which was killed, and done by nobody else")
        elif all(_process(trace, other) == before for other in again):
            problems.append(f"{run.label}  was begun and done {before}")
    return problems


def assert_taken_over(trace: Trace, name: str) -> None:
    """What a killed worker had begun was done again by another worker.

    Args:
        trace, name: as for `find_not_taken_over`.

    Raises:
        CheckFailed: with what nobody else did; or nothing of this name ran, or none of it was under way when a worker was killed.

    Example:
        >>> begun = [Event("work#0", "start", "work", note="in process 1"), Event("work#0", "attempt", "charge", note="7")]
        >>> again = [Event("work#1", "start", "work", note="in process 2"), Event("work#1", "attempt", "charge", note="7")]
        >>> done = Event("work#1", "effect", "charge", note="7")
        >>> assert_taken_over(Trace(events=(*begun, Event("work#0", "fault", "kill"), *again, done)), "charge")
    """
    _something(trace, name)
    if not any(run.how == "open" and _struck(trace, run) for run in runs_of(trace, name)):
        raise nothing(f"no {name!r} was under way in the worker that was killed; give a point inside of it")
    raise_if(find_not_taken_over(trace, name), f"{name!r} was lost with a killed worker")


def _something(trace: Trace, name: str) -> None:
    if not runs_of(trace, name) and not tasks_of(trace, name):
        raise nothing(f"nothing called {name!r} was seen; what ran: {names_seen(trace)}")
    if _kill(trace) is None:
        raise nothing("no worker was killed, so nothing had to be recovered")


def _kill(trace: Trace) -> int | None:
    return next((n for n, event in enumerate(trace.events) if event.kind == "fault" and event.name == KILLED), None)


def _struck(trace: Trace, run: Run) -> bool:
    """Whether the worker was killed while it was at this."""
    later = trace.events[run.first :]
    return any(event.kind == "fault" and event.name == KILLED and event.task == run.task for event in later)


def _same(run: Run, other: Run) -> bool:
    return other.key == run.key if run.key else other.task == run.task


def _process(trace: Trace, run: Run) -> str:
    """The worker, in words."""
    starts = [e.note for e in trace.events[: run.first + 1] if e.kind == "start" and e.task == run.task and e.note]
    return starts[-1] if starts else "in a process"
