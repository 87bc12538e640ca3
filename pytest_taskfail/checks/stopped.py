"""Stop all: after the first failure pending tasks are cancelled, running ones end soon after the flag, and nothing is left."""

from __future__ import annotations

from ..model.notes import SAW
from ..model.points import role_of
from ..model.traces import Event, Trace
from .left import find_left
from .runs import ENDS, SLACK, listed, nothing, raise_if, seconds, tasks_of

__tracebackhide__ = True

FLAG = "Event.set"


def find_not_stopped(trace: Trace, role: str, within: float) -> list[str]:
    """Tasks that went on after the first failure, and what is left behind, a line each.

    Args:
        trace: what was seen. In a real experiment its times are real seconds, and the flag is an Event of a Manager or of
            multiprocessing; under control it is any `Event`.
        role: the name of the submitted function.
        within: seconds in which those that ran must have ended, counted from when the flag was set, for what began later from
            its start.

    Example:
        >>> submits = [Event("test", "submit", f"work#{number}") for number in range(2)]
        >>> ran = [Event("work#0", "start", "work"), Event("work#1", "start", "work"), Event("work#0", "failed", "work")]
        >>> find_not_stopped(Trace(events=(*submits, *ran)), "work", within=1)
        ['work#1  went on after the failure: no flag was set']
    """
    failure = _failure(trace)
    if failure is None:
        return ["no task has failed"]
    flag = next((n for n, e in enumerate(trace.events) if n > failure and e.kind == "signal" and e.name.startswith(FLAG)), None)
    problems = []
    for task in tasks_of(trace, role):
        problems += _of_task(trace, task, failure, flag, within)
    return problems + find_left(trace)


def assert_stopped_all(trace: Trace, role: str, within: float) -> None:
    """The first failure stopped all: what was pending was cancelled, what ran ended soon after the flag was set, nothing
    started later but what the pool had fetched already, and nothing is left: no process, no manager, no held lock.

    Args:
        trace, role, within: as for `find_not_stopped`.

    Raises:
        CheckFailed: with a line for each task that went on and for what is left; or no such task, or no failure, was seen.

    Example:
        >>> submits = [Event("test", "submit", f"work#{number}") for number in range(3)]
        >>> ran = [Event("work#0", "start", "work"), Event("work#1", "start", "work"), Event("work#0", "failed", "work")]
        >>> stop = [Event("test", "cancel", "work#2", note="cancelled"), Event("test", "signal", "Event.set")]
        >>> ended = [Event("work#1", "end", "work", time=0.1)]
        >>> assert_stopped_all(Trace(events=(*submits, *ran, *stop, *ended)), "work", within=1)
    """
    if not tasks_of(trace, role):
        seen = listed(role_of(event.name) for event in trace.events if event.kind == "submit")
        raise nothing(f"no task runs {role!r}; tasks that were started: {seen}")
    if _failure(trace) is None:
        raise nothing(f"no task has failed, so nothing had to be stopped; tasks {role!r}: {len(tasks_of(trace, role))}")
    raise_if(find_not_stopped(trace, role, within), f"tasks {role!r} were not all stopped after a failure")


def _failure(trace: Trace) -> int | None:
    return next((number for number, event in enumerate(trace.events) if event.kind == "failed"), None)


def _of_task(trace: Trace, task: str, failure: int, flag: int | None, within: float) -> list[str]:
    own = [(n, e) for n, e in enumerate(trace.events) if e.task == task]
    start = next((n for n, e in own if e.kind == "start"), None)
    end = next(((n, e) for n, e in own if e.kind in ENDS), None)
    asked = [e.note for e in trace.events if e.kind == "cancel" and e.name == task]
    if start is None:
        return [] if "cancelled" in asked else [f"{task}  was pending and has not been cancelled"]
    if end is not None and end[0] <= (failure if flag is None else flag):
        return []
    if flag is None:
        return [f"{task}  went on after the failure: no flag was set"]
    if start > flag and not asked:
        return [f"{task}  started after the flag was set"]
    if end is None:
        return [f"{task}  never ended{_blind(own)}"]
    took = end[1].time - trace.events[max(flag, start)].time  # a new worker may begin long after what the pool had fetched
    if took > within + SLACK:
        return [f"{task}  ran on for {seconds(took)} after the flag was set; {seconds(within)} are allowed{_blind(own)}"]
    return []


def _blind(own: list[tuple[int, Event]]) -> str:
    return "" if any(event.kind == SAW for _, event in own) else "; it has not seen the flag"
