"""Fan-in: what gathers the results of several parts is complete, or it fails; never is a part left out in silence."""

from __future__ import annotations

from ..model.traces import Trace
from .runs import names_seen, nothing, raise_if, runs_of, stands_in, tasks_of, words_of

__tracebackhide__ = True


def find_partial(trace: Trace, whole: str, parts: str, count: int | None = None) -> list[str]:
    """Parts that are missing in a whole that ended well, a line each.

    Args:
        trace: what was seen.
        whole: name of the task, or of the recorded function, that gathers. One that returns a failure as a value, or says that
            it is partial, is recorded with `failed=`: `record(merge, failed=lambda result: result.status != "complete")`.
        parts: name of the tasks, or of the recorded function, that it gathers.
        count: how many parts there are; `None`: as many as were started.

    Example:
        >>> submits = [Event("test", "submit", "part#0"), Event("part#0", "start", "part"), Event("part#0", "failed", "part")]
        >>> merged = [Event("test", "attempt", "merge"), Event("test", "effect", "merge")]
        >>> find_partial(Trace(events=(*submits, *merged)), "merge", "part")
        ['merge ended well  part#0 had failed']
    """
    problems = []
    runs = runs_of(trace, parts)
    for one in runs_of(trace, whole):
        if one.how != "done":
            continue
        begun = [run for run in runs if run.first < one.last]
        well = {run.key or run.task for run in begun if run.how == "done" and run.last < one.last}
        for run in begun:
            if (run.how != "done" or run.last > one.last) and not stands_in(trace, run, begun, one.last):
                problems.append(f"{whole} ended well  {run.label} {words_of(run, one.last)}")
        asked = {event.name for event in trace.events[: one.last] if event.kind == "submit"}
        never = [task for task in tasks_of(trace, parts) if task in asked and not any(run.task == task for run in begun)]
        problems += [f"{whole} ended well  {task} had not run" for task in never]
        if count is not None and len(well) < count and len({run.key or run.task for run in begun}) + len(never) < count:
            problems.append(f"{whole} ended well  {len(well)} of {count} parts had")
    return problems


def assert_fan_in(trace: Trace, whole: str, parts: str, count: int | None = None) -> None:
    """What gathers parts ended well only when every part had; else it failed too.

    Args:
        trace, whole, parts, count: as for `find_partial`.

    Raises:
        CheckFailed: with the parts that are missing; or no such whole or part was seen, or no part failed.

    Example:
        >>> submits = [Event("test", "submit", "part#0"), Event("part#0", "start", "part"), Event("part#0", "failed", "part")]
        >>> merged = [Event("test", "attempt", "merge"), Event("test", "failure", "merge", note="OSError")]
        >>> assert_fan_in(Trace(events=(*submits, *merged)), "merge", "part")
    """
    runs = runs_of(trace, parts)
    for name in (whole, parts):
        if not runs_of(trace, name) and not (name == parts and tasks_of(trace, parts)):
            raise nothing(f"nothing called {name!r} was seen; what ran: {names_seen(trace)}")
    never = [task for task in tasks_of(trace, parts) if not any(run.task == task for run in runs)]
    if all(run.how == "done" for run in runs) and not never and (count is None or len(runs) >= count):
        raise nothing(f"no part {parts!r} has failed, so nothing could be left out; parts: {len(runs)}")
    raise_if(find_partial(trace, whole, parts, count), f"{whole!r} is silently partial")
