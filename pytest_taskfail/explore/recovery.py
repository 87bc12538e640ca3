"""Recoverable: after a crash at each persistence step a new run comes to the state that the run without a crash leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..checks.runs import raise_if
from ..checks.state import find_difference, refuse_nothing
from ..model.notes import error_text
from ..runtime.crashes import LIMIT, MOST, Crash, Crasher, Run
from ..runtime.reading.sources import Sources

__tracebackhide__ = True

STEPS = ("sqlite", "files")
SHOWN = 12


def crash_at_each(
    run: Run,
    folder: Path,
    *,
    steps: str | Sequence[str] = STEPS,
    most: int = MOST,
    limit: float = LIMIT,
    files: Sources | None = None,
) -> Iterator[Crash]:
    """Runs the code once for each persistence step in a process of its own, which is killed just before that step, and once more
    to be killed after the last; after each it gives the crash, whose folder is what has survived.

    Args:
        run: does the work in the folder that it is given, and opens there what it needs.
        folder: an empty one, where a folder for each run is made.
        steps: which steps count. `sqlite`: each statement that changes a database, and COMMIT. `files`: each file below the
            folder that is opened to write, written, flushed, closed, renamed or removed. `call:NAME`: each call of a function.
        most: of steps; a run that makes more is refused.
        limit: seconds that one run may take.
        files: whose code is whose; by default what lies below the present folder is the user's.

    Raises:
        PlanError: the run fails by itself, makes no such step, or not the same ones each time; or this system cannot fork.
    """
    crasher = Crasher(run, folder, steps, files or Sources("."), most, limit)
    crasher.whole()
    yield from crasher.crashes()


def find_unrecoverable(
    run: Run,
    recover: Run,
    state: Callable[[Path], Any],
    folder: Path,
    *,
    steps: str | Sequence[str] = STEPS,
    most: int = MOST,
    limit: float = LIMIT,
    files: Sources | None = None,
) -> list[str]:
    """Crashes after which the state is not what it should be, a line each.

    Args:
        run, folder, steps, most, limit, files: as for `crash_at_each`.
        recover: goes on in a folder where a run has crashed; often the same function.
        state: what is left in a folder, as a value: lists, dicts, numbers, texts.
    """
    crasher = Crasher(run, folder, steps, files or Sources("."), most, limit)
    expected = state(crasher.whole())
    refuse_nothing(expected)
    problems = []
    for crash in crasher.crashes():
        try:
            recover(crash.folder)
            left = state(crash.folder)
        except Exception as error:
            problems.append(f"{crash}  recovery failed with {error_text(error)}")
            continue
        problems += [f"{crash}  {one}" for one in find_difference(expected, left)]
    return problems


def assert_recoverable(
    run: Run,
    recover: Run,
    state: Callable[[Path], Any],
    folder: Path,
    *,
    steps: str | Sequence[str] = STEPS,
    most: int = MOST,
    limit: float = LIMIT,
    files: Sources | None = None,
) -> None:
    """After a crash at each persistence step recovery comes to the state of the run without a crash: nothing is lost, nothing is
    done twice.

    Args:
        run, recover, state, folder, steps, most, limit, files: as for `find_unrecoverable`.

    Raises:
        CheckFailed: with each crash after which it does not; or the run without a crash leaves no state.
        PlanError: as for `crash_at_each`.
    """
    problems = find_unrecoverable(run, recover, state, folder, steps=steps, most=most, limit=limit, files=files)
    more = len(problems) - SHOWN
    shown = [*problems[:SHOWN], f"... and {more} more"] if more > 0 else problems
    raise_if(shown, "a crash is not recovered from")
