"""Retried: how often, after which waits, on which errors, never after a cancellation, and the last error is kept."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..model.counts import count
from ..model.notes import CANCELLING, LOST, RETRY, error_text, read_retry
from ..model.traces import Event, Trace
from .runs import Run, check_raised, is_named, listed, names_seen, nothing, raise_if, recorded, seconds

__tracebackhide__ = True

Wait = float | tuple[float, float]
Waits = Sequence[Wait] | Callable[[int], Wait]
Errors = type[BaseException] | str | Sequence[type[BaseException] | str]

TOLERANCE = 0.001
_OTHER = {"done": "", "failed": "a failure", "cancelled": "CancelledError", "open": "no end"}


class Series(NamedTuple):
    """All attempts at one thing.

    Args:
        who: the task, and the key where there is one.
        attempts: how many.
        errors: what each failed attempt ended with, as text.
        waits: seconds between the end of an attempt and the beginning of the next.
        retried_cancelled: whether an attempt was begun again although the task had been cancelled.
        succeeded: whether the last one went well.
    """

    who: str
    attempts: int
    errors: tuple[str, ...]
    waits: tuple[float, ...]
    retried_cancelled: bool
    succeeded: bool


def series_of(trace: Trace, name: str) -> list[Series]:
    """The series of attempts: of calls of a recorded function with one key, or else one after the other in one task; of what an
    observer has seen of a library that retries, where the function is not recorded."""
    calls = recorded(trace, name)
    if not calls:
        return list(_observed(trace, name))
    groups: list[list[Run]] = []
    current: dict[str, list[Run]] = {}
    for run in calls:
        who = f"{run.name} {run.key}" if run.key else run.task
        group = current.get(who)
        if group is None or (not run.key and group[-1].how == "done" and not _lost(trace, group[-1])):
            group = current[who] = []
            groups.append(group)
        group.append(run)
    return [_series(trace, group) for group in groups]


def _series(trace: Trace, runs: list[Run]) -> Series:
    who = f"{runs[0].name} {runs[0].key}" if runs[0].key else runs[0].task
    waits = tuple(max(0.0, after.began - before.ended) for before, after in itertools.pairwise(runs))
    cancelled = any(_cancelled_before(trace, run) for run in runs[1:])
    errors = tuple(run.error or _lost(trace, run) or _OTHER[run.how] for run in runs)
    last_is_well = runs[-1].how == "done" and not _lost(trace, runs[-1])
    return Series(who, len(runs), errors[:-1] if last_is_well else errors, waits, cancelled, last_is_well)


def _lost(trace: Trace, run: Run) -> str:
    """The error that struck after the effect of this call, as text: whoever called has seen it. Empty where there was none."""
    for event in trace.events[run.first : run.last]:
        words = event.name.split()
        struck = event.task == run.task and event.kind == "fault" and event.note.startswith("@ call:")
        if struck and run.how == "done" and words[0] == "raise" and "after" in words:
            return f"{words[1].rpartition('.')[2]}: {LOST}"
    return ""


def _cancelled_before(trace: Trace, run: Run) -> bool:
    before = trace.events[run.first - 1] if run.first else None
    return before is not None and before.task == run.task and before.kind == CANCELLING


def _observed(trace: Trace, name: str) -> Iterator[Series]:
    """From the retries that an observer has noted; of the attempts that ended them nothing is known but that they were made."""
    begun: dict[str, list[tuple[int, Event]]] = {}
    groups: list[list[tuple[int, Event]]] = []
    for number, event in enumerate(trace.events):
        told = read_retry(event.note) if event.kind == RETRY and is_named(event.name, name) else None
        if told is not None:
            if told[0] == 1 or event.task not in begun:
                begun[event.task] = []
                groups.append(begun[event.task])
            begun[event.task].append((number, event))
    for group in groups:
        tellings = [read_retry(event.note) for _, event in group]
        known = [told for told in tellings if told is not None]
        before = [trace.events[number - 1] for number, _ in group if number]
        cancelled = any(event.kind == CANCELLING and event.task == group[0][1].task for event in before)
        errors = tuple(error for _, error, _ in known)
        yield Series(group[0][1].task, len(group) + 1, errors, tuple(wait for *_, wait in known), cancelled, True)


def find_bad_retries(
    trace: Trace,
    name: str,
    *,
    attempts: int | range | None = None,
    waits: Waits | None = None,
    on: Errors | None = None,
    raised: BaseException | None = None,
    tolerance: float = TOLERANCE,
) -> list[str]:
    """What is wrong with the retries of a function, a line each.

    Args:
        trace: what was seen.
        name: of the function: a recorded one, or one that an observed library retries.
        attempts: how many there are of each thing that failed at least once, the first included; a `range` for several numbers.
        waits: seconds before the second, third, ... attempt: a list, or a function of the number of the retry, counted from 1.
            A pair is the least and the most, for jitter.
        on: types of the errors after which there may be another attempt, or their names.
        raised: what came out in the end; it must be the last error, come from it, or contain it.
        tolerance: seconds that a wait may differ; under control time is virtual and exact.

    Example:
        >>> two = [Event("pay#0", "attempt", "charge"), Event("pay#0", "failure", "charge", note="OSError: down")]
        >>> trace = Trace(events=(*two, *two))
        >>> find_bad_retries(trace, "charge", attempts=3)
        ['pay#0  2 attempts, not 3: OSError: down, OSError: down']
    """
    problems: list[str] = []
    failed = [one for one in series_of(trace, name) if one.errors]
    for one in failed:
        told = ", ".join(error for error in one.errors if error)
        if attempts is not None and one.attempts not in (attempts if isinstance(attempts, range) else (attempts,)):
            problems.append(f"{one.who}  {count(one.attempts, 'attempt')}, not {_wanted(attempts)}: {told}")
        if waits is not None:
            problems += _bad_waits(one, waits, tolerance)
        if on is not None:
            retried = one.errors if one.succeeded else one.errors[:-1]
            wrong = [error for error in retried if error and not _matches(error, on)]
            problems += [f"{one.who}  tried again after {error}" for error in wrong]
        if one.retried_cancelled:
            problems.append(f"{one.who}  tried again although it had been cancelled")
    if raised is not None:
        last = [one.errors[-1] for one in failed if not one.succeeded]
        if last and not any(_carries(raised, error) for error in last):
            problems.append(f"the last error was {last[-1]}; what came out is {error_text(raised)}")
    return problems


def assert_retried(
    trace: Trace,
    name: str,
    *,
    attempts: int | range | None = None,
    waits: Waits | None = None,
    on: Errors | None = None,
    raised: BaseException | None = None,
    tolerance: float = TOLERANCE,
) -> None:
    """What failed was tried again as it should be, and never after a cancellation.

    Args:
        trace: what was seen.
        name: of the function, recorded by `record`, or retried by an observed library.
        attempts, waits, on, raised, tolerance: as for `find_bad_retries`.

    Raises:
        CheckFailed: with what is wrong, a line each; or no attempt of this name failed, so that there was nothing to retry.

    Example:
        >>> failure = [Event("pay#0", "attempt", "charge"), Event("pay#0", "failure", "charge", note="OSError: down")]
        >>> success = [Event("pay#0", "attempt", "charge", time=2.0), Event("pay#0", "effect", "charge", time=2.0)]
        >>> assert_retried(Trace(events=(*failure, *success)), "charge", attempts=2, waits=[2.0], on=OSError)
    """
    check_raised(raised)
    found = series_of(trace, name)
    if not found:
        seen = listed(event.name for event in trace.events if event.kind == RETRY)
        raise nothing(f"no attempt of {name!r} was seen; what ran: {names_seen(trace)}; retries that were observed: {seen}")
    if not any(one.errors for one in found):
        raise nothing(f"no attempt of {name!r} failed, so nothing had to be retried; attempts: {sum(o.attempts for o in found)}")
    problems = find_bad_retries(trace, name, attempts=attempts, waits=waits, on=on, raised=raised, tolerance=tolerance)
    due = [one for one in found if one.errors and (on is None or _matches(one.errors[0], on))]
    if attempts is None and all(one.attempts == 1 for one in due):
        problems += [f"{one.who}  failed with {one.errors[0]} and was not tried again" for one in due]
    raise_if(problems, f"{name!r} is not retried as it should be")


def _bad_waits(one: Series, waits: Waits, tolerance: float) -> list[str]:
    problems: list[str] = []
    for number, wait in enumerate(one.waits, 1):
        if callable(waits):
            wanted: Wait = waits(number)
        elif number <= len(waits):
            wanted = waits[number - 1]
        else:
            return [*problems, f"{one.who}  waited {seconds(wait)} before retry {number}; only {len(waits)} waits are expected"]
        least, most = wanted if isinstance(wanted, tuple) else (wanted, wanted)
        if not least - tolerance <= wait <= most + tolerance:
            told = seconds(least) if least == most else f"{seconds(least)} to {seconds(most)}"
            problems.append(f"{one.who}  waited {seconds(wait)} before retry {number}, not {told}")
    return problems


def _wanted(attempts: int | range) -> str:
    return f"{attempts[0]} to {attempts[-1]}" if isinstance(attempts, range) else str(attempts)


def _matches(error: str, wanted: Errors) -> bool:
    """Whether an error, of which the trace has the name of its type, is one of these, or of a type derived from one."""
    name = error.partition(":")[0]
    for one in [wanted] if isinstance(wanted, str | type) else wanted:
        names = {one} if isinstance(one, str) else _family(one)
        if name in names:
            return True
    return False


def _family(kind: type[BaseException]) -> set[str]:
    """The names of a type of exceptions and of all that derive from it."""
    found = {kind.__name__}
    for one in kind.__subclasses__():
        found |= _family(one)
    return found


def _carries(raised: BaseException, error: str) -> bool:
    """Whether an exception is the one that the trace has as text, comes from it, or contains it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [raised]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if error_text(one) == error or (error.endswith(LOST) and error.partition(":")[0] == type(one).__name__):
            return True
        waiting += [one.__cause__, None if one.__suppress_context__ else one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
    return False
