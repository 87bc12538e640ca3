"""The promises of an adapter. The docstring of each is its name in the report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ..laws import lines_of
from ..model.faults import Delay, Raise
from ..model.points import near_names
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import real
from . import work
from .subject import LIMIT, Run, Subject

HOUR = 3600.0


class Broken(Exception):
    """A promise is not kept; the message says what was expected and what happened."""


class Own(Exception):
    """What a task raises here, and what a fault raises: found again by identity."""


def works_outside(subject: Subject) -> None:
    """Outside of an experiment it works as ever."""
    log: work.Log = []
    own = Own("own")

    def body() -> Any:
        executor = subject.make()
        handles = [subject.submit(executor, work.add, log, number, plus=10) for number in range(3)]
        failed = subject.submit(executor, work.fail, own)
        results = [subject.result(handle) for handle in handles]
        came_out = _what_comes_out(subject, failed)
        subject.close(executor)
        return results, came_out

    try:
        run = subject.outside(body)
    except TimeoutError:
        raise Broken(f"it has not ended within {LIMIT:g} s of real time") from None
    results, came_out = _value(run)
    _equal("the results", results, [10, 11, 12])
    _equal("the numbers of those that ran", sorted(log), [0, 1, 2])
    _same(own, came_out)
    _equal("the threads that are left when it is closed", run.left, [])


def gives_results(subject: Subject) -> None:
    """A task runs once, with its arguments, and its result comes back."""
    log: work.Log = []

    def body() -> Any:
        executor = subject.make()
        handles = [subject.submit(executor, work.add, log, number, plus=10) for number in range(3)]
        results = [subject.result(handle) for handle in handles]
        subject.close(executor)
        return results

    run = subject.experiment(body)
    _equal("the results", _value(run), [10, 11, 12])
    _equal("the numbers of those that ran", sorted(log), [0, 1, 2])


def passes_exceptions_on(subject: Subject) -> None:
    """What a task raises comes out as it is, and the others go on."""
    own = Own("own")
    log: work.Log = []

    def body() -> Any:
        executor = subject.make()
        failed = subject.submit(executor, work.fail, own)
        handle = subject.submit(executor, work.add, log, 1)
        answer = _what_comes_out(subject, failed), subject.result(handle)
        subject.close(executor)
        return answer

    came_out, number = _value(subject.experiment(body))
    _same(own, came_out)
    _equal("the result of the next task", number, 1)


def has_points(subject: Subject) -> None:
    """Each task has the points start and end, and its calls are points."""
    run = subject.experiment(lambda: _ask(subject, [], 2))
    _value(run)
    reached = [str(one.point) for one in run.trace.reached]
    wanted = [f"{place}#{number}" for number in range(2) for place in ("start:ask", "call:answer in ask", "end:ask")]
    missing = [point for point in wanted if point not in reached]
    if missing:
        raise Broken(f"two calls of a function 'ask' were submitted; these points are missing: {', '.join(missing)}")


def fault_at_start(subject: Subject) -> None:
    """A fault at the start of a task comes out of its handle, its body does not run, the others do."""
    own = Own("injected")
    log: work.Log = []
    run = subject.experiment(lambda: _ask(subject, log, 3), (Raise(own), "start:ask#1"))
    results = _value(run)
    _fired(run)
    _same(own, results[1])
    _equal("the results of the others", [results[0], results[2]], [0, 2])
    _equal("the numbers of those that ran", sorted(log), [0, 2])


def fault_at_call(subject: Subject) -> None:
    """A fault at a call that a task makes comes out of its handle."""
    own = Own("injected")
    run = subject.experiment(lambda: _ask(subject, [], 3), (Raise(own), "call:answer in ask#2"))
    results = _value(run)
    _fired(run)
    _same(own, results[2])
    _equal("the results of the others", results[:2], [0, 1])


def fault_at_end(subject: Subject) -> None:
    """A fault at the end of a task comes when its work is done."""
    own = Own("injected")
    log: work.Log = []
    run = subject.experiment(lambda: _ask(subject, log, 2), (Raise(own), "end:ask#0"))
    results = _value(run)
    _fired(run)
    _same(own, results[0])
    _equal("the numbers of those that ran", sorted(log), [0, 1])


def waits_in_virtual_time(subject: Subject) -> None:
    """A task that is late by an hour takes no real time."""
    began = real.monotonic()
    run = subject.experiment(lambda: _ask(subject, [], 2), (Delay(HOUR), "start:ask#0"))
    _equal("the results", _value(run), [0, 1])
    _fired(run)
    if run.trace.seconds < HOUR:
        raise Broken(f"the experiment took {run.trace.seconds:g} s of virtual time: nobody waited for the task")
    if real.monotonic() - began > LIMIT:
        raise Broken(f"it took {real.monotonic() - began:.0f} s")


def is_under_control(subject: Subject) -> None:
    """All that it does is under control."""
    run = subject.experiment(lambda: _ask(subject, [], 3))
    _value(run)
    if run.trace.doubts:
        raise Broken("; ".join(run.trace.doubts))


def cancels(subject: Subject) -> None:
    """A task that was cancelled never runs."""
    log: work.Log = []

    def body() -> Any:
        gate = threading.Event()
        executor = subject.make()
        handles = [subject.submit(executor, work.wait, gate, log, number) for number in range(4)]
        said = subject.cancel(handles[-1])
        gate.set()
        subject.close(executor)
        return said

    if _value(subject.experiment(body)) and 3 in log:
        raise Broken("cancel said that the task will not run, and it ran")


def waits_when_closed(subject: Subject) -> None:
    """Closing it waits for what it was given, and after that it takes nothing."""
    log: work.Log = []

    def body() -> Any:
        executor = subject.make()
        for number in range(3):
            subject.submit(executor, work.add, log, number)
        subject.close(executor)
        done = list(log)
        try:
            subject.submit(executor, work.add, log, 3)
        except Exception:
            return done, True
        return done, False

    done, refused = _value(subject.experiment(body))
    _equal("the numbers of those that had run when it was closed", sorted(done), [0, 1, 2])
    if not refused:
        raise Broken("a task that was submitted afterwards was taken; an error was expected")


def leaves_nothing(subject: Subject) -> None:
    """Closed, it leaves nothing behind, whether its tasks fail or not."""
    for faults in ((), ((Raise(Own("injected")), "start:ask#0"),), ((Raise(Own("injected")), "end:ask#1"),)):
        run = subject.experiment(lambda: _ask(subject, [], 2), *faults)
        _value(run)
        left = [f"{one.what} at {one.place}" for one in run.trace.alive]
        left += [f"{one.what}, held by {one.task}" for one in run.trace.holdings]
        left += [f"the thread {name}" for name in run.left]
        if left:
            raise Broken(", ".join(dict.fromkeys(left)))


def names_children(subject: Subject) -> None:
    """A task that a task submits is its child, and has points."""

    def body() -> Any:
        executor = subject.make()
        handle = subject.submit(executor, work.outer, lambda *task: subject.submit(executor, *task), [], 7)
        number = subject.result(subject.result(handle))
        subject.close(executor)
        return number

    run = subject.experiment(body)
    _equal("the result", _value(run), 7)
    starts = [one.point.task for one in run.trace.reached if one.point.kind == "start"]
    if "outer#0/add#0" not in starts:
        raise Broken(f"'outer' submits 'add'; expected the task outer#0/add#0, there are {', '.join(starts) or 'none'}")


def replays(subject: Subject) -> None:
    """The same experiment again is the same, step by step."""
    golden = subject.experiment(lambda: _ask(subject, [], 3))
    _value(golden)
    other = next(
        ((number, option) for number, one in enumerate(golden.trace.choices) for option in one.options if option != one.chosen),
        None,
    )
    schedules = [Schedule()] if other is None else [Schedule(), Schedule((other,))]
    for schedule in schedules:
        for faults in ((), ((Raise(Own("injected")), "start:ask#1"),)):
            runs = [subject.experiment(lambda: _ask(subject, [], 3), *faults, schedule=schedule) for _ in range(2)]
            first, second = (_steps(run.trace) for run in runs)
            for number, (one, again) in enumerate(zip(first, second, strict=False)):
                if one != again:
                    raise Broken(f"step {number} was '{one}', then it was '{again}'")
            _equal("the number of steps", len(second), len(first))


ALL: tuple[Callable[[Subject], None], ...] = (
    works_outside,
    gives_results,
    passes_exceptions_on,
    has_points,
    fault_at_start,
    fault_at_call,
    fault_at_end,
    waits_in_virtual_time,
    is_under_control,
    cancels,
    waits_when_closed,
    leaves_nothing,
    names_children,
    replays,
)

# ---------------------------------------------------------------------- helpers


def _ask(subject: Subject, log: work.Log, count: int) -> list[Any]:
    """Submits `ask` so many times; gives the results, and exceptions in place of those that failed."""
    executor = subject.make()
    handles = [subject.submit(executor, work.ask, log, number) for number in range(count)]
    results = [_what_comes_out(subject, handle) for handle in handles]
    subject.close(executor)
    return results


def _what_comes_out(subject: Subject, handle: Any) -> Any:
    try:
        return subject.result(handle)
    except Exception as error:
        return error


def _value(run: Run) -> Any:
    if run.trace.stopped:
        waits = "; ".join(lines_of(run.trace, list(run.trace.waits)))
        raise Broken(f"{run.trace.stopped}: {waits}")
    if run.error is not None:
        raise Broken(f"{type(run.error).__name__}: {run.error}")
    return run.value


def _equal(what: str, seen: Any, wanted: Any) -> None:
    if seen != wanted:
        raise Broken(f"{what}: expected {wanted!r}, there are {seen!r}")


def _same(wanted: BaseException, seen: Any) -> None:
    if seen is not wanted:
        raise Broken(f"the task raised {wanted!r}, what came out is {seen!r}")


def _fired(run: Run) -> None:
    if run.unfired:
        near = near_names(run.unfired[0].rpartition(" @ ")[2], [str(one.point) for one in run.trace.reached])
        raise Broken(f"the fault never happened: {run.unfired[0]}; points that were reached: {', '.join(near) or 'none'}")


def _steps(trace: Trace) -> list[str]:
    events: Iterable[str] = (f"{one.task} {one.kind} {one.name}".rstrip() for one in trace.events)
    choices = (f"{one.chosen} of {', '.join(one.options)}" for one in trace.choices)
    return [*events, *choices]
