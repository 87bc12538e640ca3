"""A Trace is what one experiment has seen: laws and checks read nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .faults import Fault
from .points import Point


@dataclass(frozen=True, slots=True)
class Place:
    """A line of source: file relative to the root folder of the tests, line counted from 1, function."""

    file: str = ""
    line: int = 0
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "an unknown place"


OF_LOOP = "in an event loop"
"""The note of the event `submit` of a task of an event loop."""


class Event(NamedTuple):
    """One thing that a task did.

    Args:
        task: path of the task.
        kind: submit, start, end, failed, cancel, takes, retakes, frees, signal, sleep, fault, ...
        name: of what; for `submit` and `cancel` the path of the other task.
        place: the user's line; for `frees` and `retakes` the one that took the lock.
        time: seconds of virtual time since the experiment began.
        note: what else is to be said; of a lock the line that made it and which of those that it made, `orders.py:12 #0`.
    """

    task: str
    kind: str
    name: str
    place: Place = Place()
    time: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A task that waits for something that will not come.

    Args:
        task: path of the task.
        what: what it waits for, in words.
        place: where it waits.
        holder: path of the task that holds it, if it is a lock.
        holder_ended: how the holder ended, in words; empty while it lives.
        taken: where the holder took it.
        body: where the test's own body waits, for no other task and no lock: whose line that is, `test` or `user`.
    """

    task: str
    what: str
    place: Place
    holder: str = ""
    holder_ended: str = ""
    taken: Place = Place()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A lock or permit that a task took and did not give back before it ended."""

    task: str
    what: str
    taken: Place
    ended: str = ""
    shared: bool = True
    by_test: bool = False


@dataclass(frozen=True, slots=True)
class Alive:
    """A thread, task of an event loop, or process that is alive after the test: what it is and where it stays.

    Args:
        by_test: whether it is the test's own untidiness: its body started it, or the fault came out through the test.
        kind: `thread` or `task`; processes stand in a list of their own.
        lost: whether the fault has thrown out the only ones that could have ended it, and these are production code.
    """

    task: str
    what: str
    place: Place
    started: Place = Place()
    by_test: bool = False
    kind: str = "thread"
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, socket or pipe that was opened in the experiment and is open after the test.

    Args:
        what: `a file`, `a socket`, `a pipe`; `a descriptor` is any other.
        task: path of the task that opened it; empty where nobody looked on.
        place: the user's line; unknown where nobody looked on.
        by_test: whether it is the test's own untidiness: its body opened it, or was left before it could close it.
    """

    what: str
    task: str = ""
    place: Place = Place()
    by_test: bool = False


@dataclass(frozen=True, slots=True)
class Swallowed:
    """A cancellation that was delivered to a task and that the task neither saw nor ended with.

    Args:
        task: path of the task.
        delivered: the line of the task at which it came.
        by: the line whose handler took it.
        went_on: where the task was when it waited again.
    """

    task: str
    delivered: Place
    by: Place
    went_on: Place


@dataclass(frozen=True, slots=True)
class Orphan:
    """A task that went on after its group had failed and nobody waited for it any more.

    Args:
        task: path of the task.
        went_on: where it was when it went on.
        parent: path of the task that had awaited the group.
        group: where it had done so.
        failed: path of the task that failed.
        how: what ended the wait: a `gather` failed, an `await` of a task did, or the one that waited was `cancelled`.
    """

    task: str
    went_on: Place
    parent: str
    group: Place
    failed: str
    how: str = "gather"


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that fired: where, and who has seen the exception (empty where nobody did).

    Args:
        choice: how many scheduling choices had been made when it fired.
        task: path of the task of an event loop that ended with it and at whose result nobody has looked.
        started: where that task was started, or the one of a pool whose future nobody has read was submitted.
        by_test: whether it got as far as the code of a task that a test file has written and started, or kept a function of a
            test file from a signal that the test waits for.
        given: whether production code had given the future of the task that ended with it to the body of the test.
        ended_tests_task: whether a task has ended with it that a test file has started, whoever has written it.
        lost: why its exception has not arrived where it was waited for, in words.
        another: whether, as far as the source tells, the loop around it does the same for another thing in each turn, so that
            what follows is no second try.
    """

    fault: Fault
    point: Point
    place: Place
    seen: str
    choice: int = 0
    task: str = ""
    started: Place = Place()
    by_test: bool = False
    lost: str = ""
    given: bool = False
    another: bool = False
    ended_tests_task: bool = False


@dataclass(frozen=True, slots=True)
class HandlerFailure:
    """A handler of the user's code that itself failed with a programming error while it handled a fault.

    Args:
        task: that ended with the error.
        error: its type and text.
        place: the user's line that failed.
        handling: the type of what was handled.
        after: whether the function had handled that already, and stumbled over what it had not got.
    """

    task: str
    error: str
    place: Place
    handling: str
    after: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A point that was reached and what is known of it.

    Args:
        point: the point.
        place: the user's line.
        why: the rule by which a fault is legal here.
        faults: the faults that may happen here, most telling first.
    """

    point: Point
    place: Place
    why: str = ""
    faults: tuple[Fault, ...] = ()


class Choice(NamedTuple):
    """A scheduling choice: the threads that could run, the one that did, and whether another choice preempts a running one."""

    options: tuple[str, ...]
    chosen: str
    preempts: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """All that one experiment has seen, in the order in which it happened.

    Args:
        stopped: empty, or why the run was stopped: `deadlock`, `livelock`, `hang`, `stalled`.
        joined: of the tasks of event loops, which has waited for which, by itself or in a group.
        opened: what is open after the test and was not before it; where it was opened is known only where somebody looked on.
        doubts: why the run was not under full control, in words; empty for an exact run.
    """

    events: tuple[Event, ...] = ()
    reached: tuple[Reached, ...] = ()
    choices: tuple[Choice, ...] = ()
    injected: tuple[Injected, ...] = ()
    stopped: str = ""
    waits: tuple[Wait, ...] = ()
    stacks: tuple[str, ...] = ()
    holdings: tuple[Holding, ...] = ()
    alive: tuple[Alive, ...] = ()
    processes: tuple[Alive, ...] = ()
    opened: tuple[Opened, ...] = ()
    handler_failures: tuple[HandlerFailure, ...] = ()
    swallowed: tuple[Swallowed, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    diverged: str = ""
    steps: int = 0
    seconds: float = field(default=0.0)
