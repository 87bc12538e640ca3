"""Surfaced: an injected exception was seen, and where asked for came out, inside of a group."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.faults import Cancel, Raise
from ..model.traces import Trace
from .runs import check_raised, nothing, raise_if

__tracebackhide__ = True


def find_unseen(trace: Trace, raised: BaseException | None = None, in_group: bool = False) -> list[str]:
    """Injected exceptions that nobody has observed, or that are not in what was raised, a line each.

    Args:
        trace: what was seen.
        raised: what came out of the code, if the injected exception must be in it: itself, as a cause, or in a group.
        in_group: whether it must be in an `ExceptionGroup` there.

    Example:
        >>> find_unseen(Trace())
        []
    """
    if raised is None:
        return [f"{fault.fault} @ {fault.point}  nobody has seen it" for fault in trace.injected if not fault.seen]
    inside = list(_related(raised, False))
    problems = []
    for fault in trace.injected:
        if not isinstance(fault.fault, Raise):
            continue
        found = [grouped for one, grouped in inside if _is(one, fault.fault)]
        text = f"{type(raised).__name__}: {raised}" if str(raised) else type(raised).__name__
        if not found:
            problems.append(f"{fault.fault} @ {fault.point}  is not in what was raised: {text}")
        elif in_group and not any(found):
            problems.append(f"{fault.fault} @ {fault.point}  is not inside a group in what was raised: {text}")
    return problems


def assert_surfaced(trace: Trace, raised: BaseException | None = None, in_group: bool = False) -> None:
    """Every injected exception was seen by a handler, a reader of its future, or the test.

    Args:
        trace: what was seen.
        raised: what came out of the code, if the injected exception must be in it: itself, as a cause, or in a group.
        in_group: whether it must be in an `ExceptionGroup` there, as task groups raise it.

    Raises:
        CheckFailed: an exception was lost, or is not where it should be, or none was injected; or `raised` is no exception.

    Example:
        >>> from pytest_taskfail.model.points import Point
        >>> from pytest_taskfail.model.traces import Injected, Place
        >>> point, place = Point("start", "fetch", "fetch#0"), Place("shop.py", 3, "fetch")
        >>> trace = Trace(injected=(Injected(Raise(OSError), point, place, "the test"),))
        >>> assert_surfaced(trace)
        >>> assert_surfaced(trace, raised=ExceptionGroup("two tasks", [OSError()]), in_group=True)
    """
    check_raised(raised)
    if in_group and raised is None:
        raise nothing("in_group=True needs raised=, the exception that came out (of pytest.raises: caught.value)")
    faults = [fault for fault in trace.injected if raised is None or isinstance(fault.fault, Raise)]
    if not faults:
        raise nothing(_none_fired(trace))
    raise_if(find_unseen(trace, raised, in_group), "an injected exception was lost")


def _none_fired(trace: Trace) -> str:
    if any(isinstance(fault.fault, Cancel) for fault in trace.injected):
        return "only a cancellation has been injected, and no exception that could be in what was raised"
    return "no fault has fired yet, so nothing can have surfaced"


def _is(error: BaseException, fault: Raise) -> bool:
    wanted = fault.exception
    if isinstance(wanted, type):
        return isinstance(error, wanted)
    return error is wanted or (type(error) is type(wanted) and error.args == wanted.args)


def _related(
    error: BaseException | None, grouped: bool, seen: frozenset[int] = frozenset()
) -> Iterator[tuple[BaseException, bool]]:
    """An exception, those it comes from, and those in it; each with whether it is inside of a group."""
    if error is None or id(error) in seen:
        return
    seen |= {id(error)}
    yield error, grouped
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _related(one, True, seen)
    yield from _related(error.__cause__, grouped, seen)
    if not error.__suppress_context__:
        yield from _related(error.__context__, grouped, seen)
