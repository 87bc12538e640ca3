"""The universal laws: pure functions of a trace and the fault-free trace of the same test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .model.findings import Finding
from .model.points import role_of
from .model.traces import Trace, Wait

Law = Callable[[Trace, Trace], Iterator[Finding]]


def stopped(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """`deadlock`, `hang`, `livelock`: the run could not go on."""
    law = {"deadlock": "deadlock", "livelock": "livelock", "hang": "hang", "stalled": "hang", "interrupted": "hang"}.get(
        trace.stopped
    )
    if law is None:
        return
    waits = _chain_first(trace)
    blame = next((wait for wait in waits if wait.holder), waits[0] if waits else None)
    yield Finding(
        law,
        tuple(lines_of(trace, waits)),
        place=str(blame.place) if blame else "",
        holder=role_of(blame.holder or blame.task) if blame else "",
    )


def leaked_lock(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A lock that a task took and still holds although it has ended; other tasks use it too."""
    before = {(role_of(held.task), held.taken) for held in golden.holdings}
    for held in trace.holdings:
        if held.shared and (role_of(held.task), held.taken) not in before:
            lines = (f"{held.task}  {held.ended or 'ended'}, still holds {held.what} (taken at {held.taken})",)
            yield Finding("leaked-lock", lines, str(held.taken), role_of(held.task))


def leaked_thread(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A thread that is alive after the test and is not alive after the fault-free one."""
    if trace.stopped:
        return
    before = {role_of(left.task) for left in golden.alive}
    for left in trace.alive:
        if role_of(left.task) in before or left.by_test:
            continue
        lines = (f"{left.task}  {left.what} at {left.place}, after the test has ended (started at {left.started})",)
        yield Finding("leaked-thread", lines, str(left.place), role_of(left.task))


def leaked_process(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A process that is alive after the test and is not alive after the fault-free one."""
    before = {(role_of(left.task), left.started) for left in golden.processes}
    for left in trace.processes:
        if trace.stopped or left.by_test or (role_of(left.task), left.started) in before:
            continue
        lines = (f"{left.task}  {left.what} after the test has ended (started at {left.started})",)
        yield Finding("leaked-process", lines, str(left.started), role_of(left.task))


def lost_exception(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """An injected exception that nobody has ever observed."""
    if trace.stopped or not trace.injected or any(fault.seen for fault in trace.injected):
        return
    fault = trace.injected[0]
    lines = (
        f"{fault.point.task}  ended with the exception raised at {fault.place or fault.point}",
        f"{' ' * len(fault.point.task)}  nobody read its future, no handler, no log: the failure is silent",
    )
    yield Finding("lost-exception", lines, str(fault.place), fault.point.role)


def broken_handler(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A handler of the user's code that fails with a programming error while it handles the fault."""
    for failure in trace.handler_failures:
        lines = (f"{failure.task}  {failure.error} at {failure.place}, while handling {failure.handling}",)
        yield Finding("broken-handler", lines, str(failure.place), role_of(failure.task))


UNIVERSAL: tuple[Law, ...] = (stopped, leaked_lock, leaked_thread, leaked_process, lost_exception, broken_handler)


def judge(trace: Trace, golden: Trace, laws: tuple[Law, ...] = UNIVERSAL) -> list[Finding]:
    """The findings of all laws, each once."""
    found = {finding.key: finding for law in laws for finding in law(trace, golden)}
    return list(found.values())


def lines_of(trace: Trace, waits: list[Wait]) -> Iterator[str]:
    """Who waits for what held by whom, a line each, the culprit first."""
    told = set()
    for wait in waits:
        if wait.holder and wait.holder_ended and wait.holder not in told:
            told.add(wait.holder)
            what = wait.what.removeprefix("for ")
            yield f"{wait.holder}  {wait.holder_ended}, still holds {what} (taken at {wait.taken})"
    for wait in waits:
        what = wait.what
        if wait.holder and wait.holder in told:
            what = "for that lock" if len(told) == 1 else f"{what}"
        elif wait.holder and what.startswith("for ") and wait.taken.file:
            own = wait.holder == wait.task
            held = "which it holds itself" if own else f"held by {wait.holder}"
            what = f"{what}, {held} (taken at {wait.taken})"
        verb = "" if what == "runs on" else "waits "
        yield f"{wait.task}  {verb}{what} at {wait.place}"


def _chain_first(trace: Trace) -> list[Wait]:
    """The waits that matter, nearest to the culprit first; idle pool threads are left out where others tell more."""
    telling = [wait for wait in trace.waits if wait.place.file]
    waits = telling or list(trace.waits)
    return sorted(waits, key=lambda wait: (wait.task == "test", not wait.holder))
