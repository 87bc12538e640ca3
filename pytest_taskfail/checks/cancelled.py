"""Cancelled: after the first failure the others do not go on."""

from __future__ import annotations

from ..model.points import role_of
from ..model.traces import OF_LOOP, Event, Trace
from .runs import ENDS, SLACK, listed, nothing, raise_if, seconds, tasks_of

__tracebackhide__ = True


def find_not_cancelled(trace: Trace, role: str, within: float | None = None) -> list[str]:
    """Tasks of this role that went on although one had failed, a line each.

    Of a pool: those that were pending at the first failure and were neither cancelled nor kept from running. Of an event loop:
    those that were not done then and did not end cancelled.

    Args:
        trace: what was seen.
        role: the name of the submitted function.
        within: seconds (virtual ones, under control) in which those that ran must have ended, counted from the first
            cancellation after the failure; from the failure where there was none. `None`: they may take any time.

    Example:
        >>> submits = [Event("test", "submit", f"fetch#{number}") for number in range(2)]
        >>> failure = [Event("fetch#0", "start", "fetch"), Event("fetch#0", "failed", "fetch")]
        >>> find_not_cancelled(Trace(events=(*submits, *failure)), "fetch")
        ['fetch#1  was pending and has not been cancelled']
    """
    failure = next((number for number, event in enumerate(trace.events) if event.kind == "failed"), None)
    if failure is None:
        return ["no task has failed"]
    first_cancel = next((n for n, e in enumerate(trace.events) if n > failure and e.kind == "cancel"), None)
    reaction = failure if first_cancel is None else first_cancel
    problems = []
    for task in tasks_of(trace, role):
        if any(e.kind == "submit" and e.name == task and e.note == OF_LOOP for e in trace.events):
            problems += _went_on(trace, task, failure)
        else:
            problems += _not_kept(trace, task, failure, reaction)
        if within is not None:
            problems += _late(trace, task, reaction, within)
    return problems


def _not_kept(trace: Trace, task: str, failure: int, reaction: int) -> list[str]:
    """A task of a pool that was pending and started all the same; one that a cancellation came too late for is excused."""
    started = next((n for n, e in enumerate(trace.events) if e.kind == "start" and e.task == task), None)
    asked = [(n, e.note) for n, e in enumerate(trace.events) if e.kind == "cancel" and e.name == task]
    if started is None:
        cancelled = any(note == "cancelled" for _, note in asked)
        return [] if cancelled else [f"{task}  was pending and has not been cancelled"]
    if started > reaction and not any(number > started for number, _ in asked):
        return [f"{task}  started after the failure of {trace.events[failure].task}"]
    return []


def _went_on(trace: Trace, task: str, failure: int) -> list[str]:
    """The same for a task of an event loop."""
    culprit = trace.events[failure].task
    end = _end_of(trace, task)
    if end is None:
        return [f"{task}  was not done at the failure of {culprit} and has not been cancelled"]
    return [f"{task}  went on to its end after the failure of {culprit}"] if end[0] > failure and end[1].kind == "end" else []


def _late(trace: Trace, task: str, reaction: int, within: float) -> list[str]:
    """A task that had begun and took longer than the bound to end."""
    if not any(e.kind == "start" and e.task == task for e in trace.events):
        return []
    end = _end_of(trace, task)
    if end is None:
        return [f"{task}  is still running"]
    took = end[1].time - trace.events[reaction].time
    if end[0] > reaction and took > within + SLACK:
        return [f"{task}  ran on for {seconds(took)} after the failure; {seconds(within)} are allowed"]
    return []


def _end_of(trace: Trace, task: str) -> tuple[int, Event] | None:
    return next(((n, e) for n, e in enumerate(trace.events) if e.task == task and e.kind in ENDS), None)


def assert_cancelled(trace: Trace, role: str, within: float | None = None) -> None:
    """After the first failure the pending tasks of this role were cancelled, and none of them started; those of an event
    loop that were not done ended cancelled. With `within` those that ran have ended soon.

    Args:
        trace: what was seen.
        role: the name of the submitted function.
        within: as for `find_not_cancelled`.

    Raises:
        CheckFailed: with a line for each that was not; or no task of this role, or no failure, was seen.

    Example:
        >>> submits = [Event("test", "submit", f"fetch#{number}") for number in range(2)]
        >>> failure = [Event("fetch#0", "start", "fetch"), Event("fetch#0", "failed", "fetch")]
        >>> reaction = [Event("test", "cancel", "fetch#1", note="cancelled")]
        >>> assert_cancelled(Trace(events=(*submits, *failure, *reaction)), "fetch", within=1)
    """
    if not tasks_of(trace, role):
        seen = listed(role_of(event.name) for event in trace.events if event.kind == "submit")
        raise nothing(f"no task runs {role!r}; tasks that were started: {seen}")
    raise_if(find_not_cancelled(trace, role, within), f"tasks {role!r} went on after a failure")
