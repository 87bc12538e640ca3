"""The universal laws: pure functions of a trace and the fault-free trace of the same test."""

from __future__ import annotations

from collections import Counter
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


def lock_circle(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """`deadlock` of threads that a test has given up waiting for: they wait for each other's locks after it has ended."""
    if trace.stopped:
        return
    before = {(role_of(wait.task), wait.place) for wait in golden.waits}
    waits = [wait for wait in trace.waits if (role_of(wait.task), wait.place) not in before]
    if waits:
        yield Finding("deadlock", tuple(lines_of(trace, waits)), str(waits[0].place), role_of(waits[0].holder))


def leaked_lock(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A lock that a task took and still holds although it has ended; other tasks use it too."""
    before = {(role_of(held.task), held.taken) for held in golden.holdings}
    for held in trace.holdings:
        if held.shared and (role_of(held.task), held.taken) not in before:
            lines = (f"{held.task}  {held.ended or 'ended'}, still holds {held.what} (taken at {held.taken})",)
            yield Finding("leaked-lock", lines, str(held.taken), role_of(held.task))


def left_alive(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """`leaked-thread`, `leaked-task`: it is alive after the test and is not alive after the fault-free one."""
    if trace.stopped:
        return
    before = {role_of(left.task) for left in golden.alive} | {role_of(wait.task) for wait in trace.waits}
    for left in trace.alive:
        if role_of(left.task) in before or left.by_test:
            continue
        after = "the test" if left.kind == "thread" else "what its event loop ran for"
        at = f" at {left.place}" if left.place.file else ""
        lines = (f"{left.task}  {left.what}{at}, after {after} has ended (started at {left.started})",)
        place = left.place if left.kind == "thread" else left.started
        yield Finding(f"leaked-{left.kind}", lines, str(place), role_of(left.task))


def leaked_process(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A process that is alive after the test and is not alive after the fault-free one."""
    before = {(role_of(left.task), left.started) for left in golden.processes}
    for left in trace.processes:
        if trace.stopped or left.by_test or (role_of(left.task), left.started) in before:
            continue
        lines = (f"{left.task}  {left.what} after the test has ended (started at {left.started})",)
        yield Finding("leaked-process", lines, str(left.started), role_of(left.task))


def leaked_fd(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A descriptor that is open after the test; after the fault-free one, fewer from that place are."""
    if trace.stopped:
        return
    before = Counter((role_of(left.task), left.place) for left in golden.opened)
    for left in trace.opened:
        key = (role_of(left.task), left.place)
        if left.by_test or not left.place.file:
            continue
        before[key] -= 1
        if before[key] < 0:
            lines = (f"{left.task}  opened {left.what} at {left.place}; it is open after the test has ended",)
            yield Finding("leaked-fd", lines, str(left.place), role_of(left.task))


def lost_exception(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """An injected exception that nobody has ever observed."""
    if trace.stopped or not trace.injected or any(fault.seen for fault in trace.injected):
        return
    fault = trace.injected[0]
    if fault.task:
        line = f"{fault.task}  ended with the exception raised at {fault.place}; nobody has looked at its result"
        yield Finding("lost-exception", (f"{line} (started at {fault.started})",), str(fault.started), role_of(fault.task))
        return
    if not fault.lost and _sibling_told(trace, golden, fault.point.task):
        return
    future = f"its future (submitted at {fault.started})" if fault.started.file else "its future"
    lines = (
        f"{fault.point.task}  ended with the exception raised at {fault.place or fault.point}",
        f"{' ' * len(fault.point.task)}  {fault.lost or f'nobody read {future}, no handler, no log: the failure is silent'}",
    )
    where = fault.started if fault.started.file and not fault.lost else fault.place
    yield Finding("lost-exception", lines, str(where), fault.point.role)


def _sibling_told(trace: Trace, golden: Trace, task: str) -> bool:
    """Whether another task of the same starter failed in consequence, and that was read: who stops there has been told."""
    starter, unread = task.rpartition("/")[0], {path for path, _ in trace.unread}
    failed = {path for path, _ in trace.failed} - {path for path, _ in golden.failed} - unread - {task}
    return any(path.rpartition("/")[0] == starter for path in failed)


def swallowed_cancel(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A cancellation that a handler took which does not name it, while the task went on."""
    if trace.stopped:
        return
    before = {(role_of(one.task), one.by) for one in golden.swallowed}
    for one in trace.swallowed:
        if (role_of(one.task), one.by) not in before:
            lines = (
                f"{one.task}  was cancelled at {one.delivered}; the handler around {one.by} took that for any other failure",
                f"{one.task}  went on, to {one.went_on}",
            )
            yield Finding("swallowed-cancel", lines, str(one.by), role_of(one.task))


def orphan(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A task that went on after its group had failed."""
    if trace.stopped:
        return
    before = {(role_of(one.task), one.group) for one in golden.orphans}
    for one in trace.orphans:
        wanted = one.how == "gather" or (one.parent, one.task) in golden.joined
        if wanted and (role_of(one.task), one.group) not in before:
            lines = (
                f"{one.parent}  was cancelled at {one.group}"
                if one.how == "cancelled"
                else f"{one.failed or 'a task'}  failed, which ended the {one.how} of {one.parent} at {one.group}",
                f"{one.task}  goes on at {one.went_on}; nobody cancels it or waits for it",
            )
            yield Finding("orphan", lines, str(one.group), role_of(one.task))


def broken_handler(trace: Trace, golden: Trace) -> Iterator[Finding]:
    """A handler of the user's code that fails with a programming error while it handles the fault."""
    before = {(role_of(task), kind) for task, kind in golden.failed}
    for failure in trace.handler_failures:
        if (role_of(failure.task), failure.error.partition(":")[0]) in before:
            continue
        when = "after it has handled" if failure.after else "while handling"
        lines = (f"{failure.task}  {failure.error} at {failure.place}, {when} {failure.handling}",)
        yield Finding("broken-handler", lines, str(failure.place), role_of(failure.task))


UNIVERSAL: tuple[Law, ...] = (
    stopped,
    lock_circle,
    leaked_lock,
    left_alive,
    leaked_process,
    leaked_fd,
    swallowed_cancel,
    orphan,
    lost_exception,
    broken_handler,
)


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
            taken = f" (taken at {wait.taken})" if wait.taken.file else ""
            yield f"{wait.holder}  {wait.holder_ended}, still holds {what.removeprefix('a token of ')}{taken}"
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
