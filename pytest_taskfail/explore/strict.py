"""Strict tests: whether what came out of a test is the injected fault, and the finding if it is not."""

from __future__ import annotations

from ..model.faults import Cancel, Corrupt, Raise
from ..model.findings import Finding
from ..model.schedules import Schedule
from ..model.traces import Trace
from ..runtime import exceptions
from ..runtime.reading.sources import Sources

_TIMED_OUT = {"TimeoutError", "Empty", "Full", "BrokenBarrierError"}


def surfaces(error: BaseException | None, trace: Trace, schedule: Schedule = Schedule()) -> bool:
    """Whether an exception is, or comes from, the fault: itself, chained, or in a group; for a time limit, its error.

    Args:
        error: what came out of the test.
        trace: what was injected.
        schedule: of the experiment; a time limit that it lets run out is a fault like others.
    """
    if error is None:
        return False
    asserted = isinstance(error, AssertionError) and error.__cause__ is None  # also in a `finally` that the fault passes through
    expired = any("!" in thread for _, thread in schedule.deviations)
    if expired and not asserted and _is_or_comes_from(error, _TIMED_OUT):
        return True
    for fault in trace.injected:
        if fault.seen == "the test" and not asserted:
            return True
        if isinstance(fault.fault, Corrupt):
            return not isinstance(error, AssertionError)  # it was noticed
        expected = {"CancelledError"} if isinstance(fault.fault, Cancel) else _TIMED_OUT
        if not isinstance(fault.fault, Raise) and not asserted and _is_or_comes_from(error, expected):
            return True
    return False


def _is_or_comes_from(error: BaseException, names: set[str]) -> bool:
    return any(type(one).__name__ in names for one in exceptions.related(error))


def strict_finding(error: BaseException, files: Sources) -> Finding:
    entry, place = error.__traceback__, None
    while entry is not None:
        if files.is_users(entry.tb_frame.f_code):
            place = files.place(entry.tb_frame.f_code.co_filename, entry.tb_lineno)
        entry = entry.tb_next
    text = str(error).splitlines()
    first = f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
    return Finding("strict", (f"test  {first} at {place}" if place else f"test  {first}",), str(place or ""), "test")
