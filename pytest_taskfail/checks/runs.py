"""What ran, how often and how it ended: tasks, and calls of recorded functions. The helpers share it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..errors import CheckFailed
from ..model.notes import ATTEMPT, EFFECT, FAILURE
from ..model.points import role_of
from ..model.traces import Event, Trace

__tracebackhide__ = True
"""pytest leaves the frames of these files out: what has failed is the line of the test."""

ENDS = ("end", "failed", "cancelled")
SLACK = 0.001
"""Seconds that a time may be off: a sleep takes a trace of a microsecond longer."""

_HOW = {"end": "done", EFFECT: "done", "failed": "failed", FAILURE: "failed", "cancelled": "cancelled"}


class Run(NamedTuple):
    """One time that something ran.

    Args:
        task: path of the task that it ran in, or that it was.
        name: of the function.
        key: of a recorded call, as text; empty without one.
        first: position of its first event in the trace, counted from 0.
        last: position of its last one; the length of the trace where it never ended.
        began: seconds since the experiment began.
        ended: the same of its end; of the trace's last event where it never ended.
        how: `done`, `failed`, `cancelled`, or `open` where it never ended.
        error: what it failed with, as text.
        is_task: whether it is a task; else a call of a recorded function.
    """

    task: str
    name: str
    key: str
    first: int
    last: int
    began: float
    ended: float
    how: str
    error: str = ""
    is_task: bool = False

    @property
    def label(self) -> str:
        """What a message calls it."""
        return self.task if self.is_task else f"{self.name} {self.key}".rstrip()


def is_named(name: str, wanted: str) -> bool:
    """Whether a name or task path is the wanted one, or ends with it.

    Example:
        >>> is_named("Gateway.charge", "charge"), is_named("main/fetch", "fetch"), is_named("recharge", "charge")
        (True, True, False)
    """
    return name == wanted or name.endswith(("." + wanted, "/" + wanted))


def tasks_of(trace: Trace, role: str) -> list[str]:
    """Paths of the tasks that run a function of this name; with a number in the name only that one."""
    names = [event.name for event in trace.events if event.kind == "submit"]
    return [name for name in names if is_named(name if "#" in role else role_of(name), role)]


def recorded(trace: Trace, name: str) -> list[Run]:
    """The calls of a recorded function, in the order in which they began."""
    runs: list[Run] = []
    under_way: dict[tuple[str, str], list[int]] = {}
    last = len(trace.events)
    at_end = trace.events[-1].time if trace.events else 0.0
    for number, event in enumerate(trace.events):
        if event.kind not in (ATTEMPT, EFFECT, FAILURE) or not is_named(event.name, name):
            continue
        stack = under_way.setdefault((event.task, event.name), [])
        if event.kind == ATTEMPT:
            stack.append(len(runs))
            runs.append(Run(event.task, event.name, event.note, number, last, event.time, at_end, "open"))
        elif stack:
            run = runs[stack.pop()]
            error = event.note if event.kind == FAILURE else ""
            how = "cancelled" if error.partition(":")[0] == "CancelledError" else _HOW[event.kind]
            runs[runs.index(run)] = run._replace(last=number, ended=event.time, how=how, error=error)
    return runs


def runs_of(trace: Trace, name: str) -> list[Run]:
    """The calls of a recorded function of this name; if there are none, the runs of the tasks of this name."""
    calls = recorded(trace, name)
    if calls:
        return calls
    tasks = set(tasks_of(trace, name))
    last = len(trace.events)
    at_end = trace.events[-1].time if trace.events else 0.0
    found: list[Run] = []
    under_way: dict[str, int] = {}
    for number, event in enumerate(trace.events):
        if event.task not in tasks:
            continue
        if event.kind == "start":
            under_way[event.task] = len(found)
            found.append(Run(event.task, name, "", number, last, event.time, at_end, "open", "", True))
        elif event.kind in ENDS:
            place = under_way.pop(event.task, None)
            ended = {"last": number, "ended": event.time, "how": _HOW[event.kind], "error": event.note}
            if place is None:  # it ended before its first step
                found.append(
                    Run(event.task, name, "", number, number, event.time, event.time, _HOW[event.kind], event.note, True)
                )
            else:
                found[place] = found[place]._replace(**ended)  # type: ignore[arg-type]
    return found


def stands_in(trace: Trace, run: Run, runs: list[Run], before: int) -> bool:
    """Whether what went wrong was done again, and ended well before this place of the trace: by the same task, for the same key,
    or by a task that was submitted after the failure."""
    for other in runs:
        if other.how != "done" or other.first < run.last or other.last > before:
            continue
        if other.task == run.task and other.key == run.key:
            return True
        if run.key and other.key == run.key:
            return True
        if run.is_task and any(e.kind == "submit" and e.name == other.task for e in trace.events[run.last :]):
            return True
    return False


def words_of(run: Run, before: int) -> str:
    """How it stood at this place of the trace, in words."""
    words = {"failed": "had failed", "cancelled": "had been cancelled"}
    return words.get(run.how, "had not ended") if run.last < before else "had not ended"


def names_seen(trace: Trace) -> str:
    """The names of what ran, for a message."""
    calls = [event.name for event in trace.events if event.kind == ATTEMPT]
    tasks = [role_of(event.name) for event in trace.events if event.kind == "submit"]
    return listed([*calls, *tasks])


def listed(names: Iterable[str]) -> str:
    """Names for a message, each once."""
    return ", ".join(dict.fromkeys(names)) or "none"


def at(event: Event) -> str:
    """Where an event happened, for a message."""
    return f" at {event.place}" if event.place.file else ""


def seconds(number: float) -> str:
    """A time for a message.

    Example:
        >>> seconds(0.1 + 0.2)
        '0.3 s'
    """
    return f"{round(number, 6):g} s"


def raise_if(problems: list[str], what: str) -> None:
    """Fails with the evidence, a line each."""
    if problems:
        raise CheckFailed("\n".join([f"taskfail: {what}", *(f"  {problem}" for problem in problems)]))


def check_raised(raised: object) -> None:
    """Refuses what is no exception, such as the type of one, as the `raised` of an assertion.

    Raises:
        CheckFailed: with what was given and what to give.
    """
    if raised is not None and not isinstance(raised, BaseException):
        given = raised.__name__ if isinstance(raised, type) else repr(raised)
        raise nothing(f"raised={given} is not an exception; give the one that came out (of pytest.raises: caught.value)")


def nothing(what: str) -> CheckFailed:
    """The error where there is nothing that could be judged."""
    return CheckFailed(f"taskfail: {what}")
