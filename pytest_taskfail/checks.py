"""Assertion helpers: pure functions of a trace, each with a `find_` twin that returns what it found."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import CheckFailed
from .model.points import role_of
from .model.traces import OF_LOOP, Event, Trace

_ENDS = ("end", "failed", "cancelled")


def _raise_if(problems: list[str], what: str) -> None:
    if problems:
        raise CheckFailed("\n".join([f"taskfail: {what}", *(f"  {problem}" for problem in problems)]))


def find_deadlock(trace: Trace) -> list[str]:
    """Who waits for something that will not come, a line each.

    Example:
        >>> find_deadlock(Trace())
        []
    """
    if trace.stopped not in ("deadlock", "hang", "stalled"):
        return []
    lines = [f"{w.task}  {w.what if w.what == 'runs on' else 'waits ' + w.what} at {w.place}" for w in trace.waits]
    return lines or [f"the run was stopped: {trace.stopped}"]


def assert_no_deadlock(trace: Trace) -> None:
    """Nobody waits for something that will not come.

    Raises:
        CheckFailed: with a line for each who waits.
    """
    _raise_if(find_deadlock(trace), "these tasks wait for ever")


def find_left(trace: Trace) -> list[str]:
    """Locks held by ended tasks and threads that are alive, a line each."""
    locks = [f"{held.task}  {held.ended}, still holds {held.what} (taken at {held.taken})" for held in trace.holdings]
    return locks + [f"{left.task}  {left.what} at {left.place}" for left in trace.alive]


def assert_cleaned_up(trace: Trace) -> None:
    """No lock is held by an ended task, and no thread of the test is left.

    Raises:
        CheckFailed: with a line for each lock and thread.
    """
    _raise_if(find_left(trace), "this is left behind")


def find_unseen(trace: Trace) -> list[str]:
    """Injected exceptions that nobody has observed, a line each."""
    return [f"{fault.fault} @ {fault.point}  nobody has seen it" for fault in trace.injected if not fault.seen]


def assert_surfaced(trace: Trace) -> None:
    """Every injected exception was seen by a handler, a reader of its future, or the test.

    Raises:
        CheckFailed: an exception was lost, or none was injected.
    """
    if not trace.injected:
        raise CheckFailed("taskfail: no fault has fired yet, so nothing can have surfaced")
    _raise_if(find_unseen(trace), "an injected exception was lost")


def find_not_cancelled(trace: Trace, role: str) -> list[str]:
    """Tasks of this role that went on although one had failed, a line each.

    Of a pool: those that were pending at the first failure and were neither cancelled nor kept from running. Of an event loop:
    those that were not done then and did not end cancelled.

    Args:
        trace: what was seen.
        role: the name of the submitted function.
    """
    failure = next((number for number, event in enumerate(trace.events) if event.kind == "failed"), None)
    if failure is None:
        return ["no task has failed"]
    first_cancel = next((n for n, e in enumerate(trace.events) if n > failure and e.kind == "cancel"), None)
    reaction = failure if first_cancel is None else first_cancel
    problems = []
    for task in _tasks_of(trace, role):
        started = next((n for n, e in enumerate(trace.events) if e.kind == "start" and e.task == task), None)
        if any(e.kind == "submit" and e.name == task and e.note == OF_LOOP for e in trace.events):
            problems += _went_on(trace, task, failure)
            continue
        cancelled = any(e.kind == "cancel" and e.name == task and e.note == "cancelled" for e in trace.events)
        if started is not None and started > reaction:
            problems.append(f"{task}  started after the failure of {trace.events[failure].task}")
        elif started is None and not cancelled:
            problems.append(f"{task}  was pending and has not been cancelled")
    return problems


def _went_on(trace: Trace, task: str, failure: int) -> list[str]:
    """The same for a task of an event loop."""
    culprit = trace.events[failure].task
    end = next(((n, e.kind) for n, e in enumerate(trace.events) if e.task == task and e.kind in _ENDS), None)
    if end is None:
        return [f"{task}  was not done at the failure of {culprit} and has not been cancelled"]
    return [f"{task}  went on to its end after the failure of {culprit}"] if end[0] > failure and end[1] == "end" else []


def assert_cancelled(trace: Trace, role: str) -> None:
    """After the first failure the pending tasks of this role were cancelled, and none of them started; those of an event
    loop that were not done ended cancelled.

    Raises:
        CheckFailed: with a line for each that was not; or no task of this role, or no failure, was seen.
    """
    if not _tasks_of(trace, role):
        seen = ", ".join(dict.fromkeys(role_of(e.name) for e in trace.events if e.kind == "submit")) or "none"
        raise CheckFailed(f"taskfail: no task runs {role!r}; tasks that were started: {seen}")
    _raise_if(find_not_cancelled(trace, role), f"tasks {role!r} went on after a failure")


def _tasks_of(trace: Trace, role: str) -> list[str]:
    names = [event.name for event in trace.events if event.kind == "submit"]
    return [name for name in names if role_of(name) == role or role_of(name).endswith("/" + role)]


def find_disorder(trace: Trace, steps: Sequence[str | set[str]]) -> list[str]:
    """The first step that did not come after the ones before it; empty if all came in order.

    Args:
        trace: what was seen.
        steps: texts like `start:fetch#0`, `end:fetch#0`, `failed:fetch#1`, `cancel:fetch#2`, `signal:Event.set`; a set of
            them may come in any order.
    """
    position = 0
    for step in steps:
        wanted = {step} if isinstance(step, str) else set(step)
        last = position
        for one in sorted(wanted):
            found = next((n for n in range(position, len(trace.events)) if _is_step(trace.events[n], one)), None)
            if found is None:
                before = any(_is_step(event, one) for event in trace.events)
                return [f"{one}  " + ("came too early" if before else "did not come")]
            last = max(last, found + 1)
        position = last
    return []


def assert_order(trace: Trace, steps: Sequence[str | set[str]]) -> None:
    """These steps came in this order, others between them.

    Raises:
        CheckFailed: with the first step that did not.
    """
    _raise_if(find_disorder(trace, steps), "the order is not kept")


def _is_step(event: Event, step: str) -> bool:
    kind, _, name = step.partition(":")
    return event.kind == kind and name in (event.task, event.name, role_of(event.task))
