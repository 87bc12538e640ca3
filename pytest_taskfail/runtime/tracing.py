"""Makes the Trace of an experiment: everything that was seen, as a value, and who has seen the injected exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..model.faults import Cancel, Fault, Raise
from ..model.points import Point, role_of
from ..model.traces import Alive, Event, HandlerFailure, Holding, Injected, Orphan, Place, Reached, Trace
from . import after_handling, exceptions, kept, timeouts
from .reading import handlers, repeats, sources
from .reading.sources import Sources
from .tasks import Task

if TYPE_CHECKING:
    from .experiment import Experiment

NOWHERE = Place()


def trace(experiment: Experiment, error: BaseException | None, held: tuple[Holding, ...], left: tuple[Alive, ...]) -> Trace:
    """Everything that was seen, as a value."""
    scheduler = experiment.scheduler
    read = [(task, task.future) for task in experiment.tasks if task.future is not None]
    unread = tuple(
        (task.path, repr(future._exception))
        for task, future in read
        if future.done() and not future.cancelled() and future._exception and id(future) not in experiment.read
    )
    return Trace(
        events=tuple([as_trace_event(experiment.files, raw) for raw in experiment.events]),
        reached=tuple(as_reached(point, known) for point, known in _reached(experiment)),
        choices=scheduler.chooser.choices(),
        injected=tuple(_injected(experiment, entry, _seen(experiment, entry[3], error, read)) for entry in experiment.fired),
        stopped=scheduler.stopped,
        waits=experiment.waits,
        stacks=experiment.stacks,
        holdings=held,
        alive=left,
        handler_failures=_handler_failures(experiment, error) + timeouts.failures(experiment, error),
        swallowed=tuple(experiment.swallowed),
        orphans=(*experiment.orphans, *_orphans(experiment)),
        joined=tuple(experiment.joined),
        failed=tuple((task.path, type(failure).__name__) for task, failure in experiment.errors),
        unread=unread,
        doubts=tuple(experiment.doubts),
        diverged=scheduler.chooser.diverged or scheduler.chooser.unmet(),
        steps=scheduler.steps,
        seconds=round(scheduler.clock.now, 6),
    )


def _orphans(experiment: Experiment) -> Iterator[Orphan]:
    if any(task.coroutine is not None for task in experiment.tasks):
        from .loops import siblings

        yield from siblings.orphans(experiment)


def _reached(experiment: Experiment) -> Iterator[tuple[Point, tuple[Place, str, tuple[Fault, ...]]]]:
    """The points. A task that the program itself cancels, or shields, is cancelled by nobody else, but may leave a line; one
    whose handle nobody uses is cancelled by nobody at all."""
    owned = {role_of(task.path) for task in experiment.tasks if task.owned}
    free = {role_of(task.path) for task in experiment.tasks if task.may_be_cancelled}
    owned |= {role_of(task.path) for task in experiment.tasks} - free
    for point, (place, why, faults) in experiment.reached.items():
        if point.role in owned and not experiment.stands_in_line(point):
            faults = tuple(fault for fault in faults if not isinstance(fault, Cancel))
        if faults:
            yield point, (place, why, faults)


def _seen(experiment: Experiment, fault: BaseException | None, error: BaseException | None, read: list[Any]) -> str:
    """Who has seen an injected exception; empty only where it is certain that nobody has."""
    if fault is None:
        return "nothing was raised"
    if any(one is fault for one in exceptions.related(error)):
        return "the test"
    for code, line, names in kept.trail(experiment, fault):
        if experiment.files.is_users(code) and handlers.catches(code, line, names, fault):
            return f"a handler at {experiment.files.place(code.co_filename, line)}"
    if _came_to_user(experiment, fault):
        return "the one that waits for its future"
    tasks = _ended_with(experiment, fault)
    if tasks:
        unread = all(task.coroutine.unread and not task.by_test for task in tasks)
        return "" if unread else "the one that awaits its task"
    futures = [future for _, future in read if future.done() and not future.cancelled()]
    holding = [future for future in futures if any(one is fault for one in exceptions.related(future._exception))]
    if holding and not any(id(future) in experiment.read | experiment.given_up for future in holding):
        return ""
    return "the reader of its future" if holding else "its thread"


def _came_to_user(experiment: Experiment, fault: BaseException) -> bool:
    """Whether an exception that has left the task of a pool has come out again where the user waits for it."""
    codes = [code for code, _, _ in kept.trail(experiment, fault)]
    ours = [code.co_name == "run_body" and code.co_filename.startswith(sources.HERE) for code in codes]
    return any(ours) and any(experiment.files.is_users(code) for code in codes[: ours.index(True)])


def _ended_with(experiment: Experiment, fault: BaseException) -> list[Task]:
    """The tasks of event loops that have ended with this exception."""
    tasks = [task for task in experiment.tasks if task.coroutine is not None]
    return [task for task in tasks if _failed_with(task.coroutine.asyncio_task, fault)]


def _injected(experiment: Experiment, entry: Any, seen: str) -> Injected:
    """A fault that fired and who has seen its exception."""
    injection, point, place, fault, choice = entry
    by_test = experiment.signal_missing if fault is None else _reached_test(experiment, fault, point)
    of_test = _has_ended_tests_task(experiment, injection.fault, fault, point)
    unread = [] if seen or fault is None else _ended_with(experiment, fault)
    lasting = isinstance(injection.fault, Raise) and injection.fault.always and fault is not None
    another = lasting and repeats.is_for_another(experiment.files, kept.trail(experiment, fault))
    told: dict[str, Any] = {"by_test": by_test, "another": another, "ended_tests_task": of_test}
    if seen or fault is None:
        return Injected(injection.fault, point, place, seen, choice, **told)
    if unread:
        where = _started(experiment, unread[0])
        return Injected(injection.fault, point, place, seen, choice, unread[0].path, where, **told)
    futures = _of_futures(experiment, fault)
    given = bool(futures) and all(task.given for task in futures)
    where = _started(experiment, futures[0]) if futures else Place()
    return Injected(injection.fault, point, place, seen, choice, started=where, given=given, **told)


def _started(experiment: Experiment, task: Task) -> Place:
    """The line that started a task."""
    return experiment.files.place(*task.started_at) if task.started_at else Place()


def _has_ended_tests_task(experiment: Experiment, injected: Fault, raised: BaseException | None, point: Point) -> bool:
    """Whether a task that a test file has started has ended with this exception, or with this cancellation."""
    started = [task for task in experiment.tasks if task.started_at and experiment.files.kind(task.started_at[0]) == sources.TEST]
    if isinstance(injected, Cancel):
        return any(task.path == point.task and task.ended == "was cancelled" for task in started)
    errors = [error for task, error in experiment.errors if task in started]
    return raised is not None and any(one is raised for error in errors for one in exceptions.related(error))


def _of_futures(experiment: Experiment, fault: BaseException) -> list[Task]:
    """The tasks whose futures hold this exception, or one that comes from it."""
    done = [task for task in experiment.tasks if task.future is not None and task.future.done() and not task.future.cancelled()]
    return [task for task in done if any(one is fault for one in exceptions.related(task.future._exception))]


def _reached_test(experiment: Experiment, fault: BaseException, point: Point) -> bool:
    """Whether this exception, or one that comes from it, got as far as the code of a task that a test file wrote and started,
    or keeps a function of a test file from a signal that the test waits for."""
    if experiment.signal_missing:
        return True
    helpers = {task.path: task for task in experiment.tasks if task.is_helper(experiment.files)}
    outermost = next((code for code, _, _ in kept.trail(experiment, fault) if experiment.files.is_users(code)), None)
    if point.task in helpers and outermost is not None and experiment.files.kind(outermost.co_filename) == sources.TEST:
        return True
    errors = [error for task, error in experiment.errors if helpers.get(task.path) is task]
    errors += [task.escaped for task in helpers.values() if task.escaped is not None]
    return any(one is fault for error in errors for one in exceptions.related(error))


def _failed_with(task: Any, fault: BaseException) -> bool:
    """Whether a task of an event loop has ended with this exception, or with one that comes from it."""
    if task is None or not task.done() or task.cancelled():
        return False
    return any(one is fault for one in exceptions.related(task._exception))


def _handler_failures(experiment: Experiment, error: BaseException | None) -> tuple[HandlerFailure, ...]:
    """Programming errors raised by the user's handlers while an injected exception was being handled."""
    faults = [entry[3] for entry in experiment.fired if entry[3] is not None]
    if not faults:
        return ()
    found: dict[int, HandlerFailure] = {}
    suspects = [(task.path, failure) for task, failure in experiment.errors]
    if error is not None:
        suspects.append((experiment.test.path, error))
    for path, failure in suspects:
        for one in exceptions.related(failure):
            if one in faults or id(one) in found or not exceptions.is_programming_error(one):
                continue  # of a task, it also comes out of the one that reads it
            during = next((f for f in faults if any(f is x for x in exceptions.related(one.__context__))), None)
            handled = during or after_handling.handled_before(experiment, path, one)
            if handled is None or _is_ours(one, handled):
                continue
            code_line = _users_line(experiment, one)
            if code_line is not None:
                code, line = code_line
                place = experiment.files.place(code.co_filename, line, code.co_qualname)
                what, kind = f"{type(one).__name__}: {one}", type(handled).__name__
                found[id(one)] = HandlerFailure(path, what, place, kind, after=during is None)
    return tuple(found.values())


def _is_ours(error: BaseException, handled: BaseException) -> bool:
    """Whether the handler stumbled over what a made-up exception of the user's own type lacks, or over the text that its
    constructor was given in place of something better."""
    if type(handled).__module__ == "builtins":
        return False
    kept_by_type = [value for value in vars(handled).values() if value is exceptions.MESSAGE]
    stumbled = getattr(error, "obj", None)
    if isinstance(error, TypeError):
        return bool(kept_by_type) and "str" in str(error)
    return stumbled is handled or (bool(kept_by_type) and stumbled is exceptions.MESSAGE)


def _users_line(experiment: Experiment, error: BaseException) -> tuple[Any, int] | None:
    lines = [(code, line) for code, line, _ in kept.trail(experiment, error) if experiment.files.is_users(code)]
    return lines[-1] if lines else None


def as_trace_event(files: Sources, raw: tuple[str, str, str, Any, float, str]) -> Event:
    """An event with its place in words."""
    task, kind, name, at, now, note = raw
    if not isinstance(note, str):  # of a lock: the line that made it, and which of those that it made
        note = files.maker(note) if note else ""
    return Event(task, kind, name, files.place(*at) if at else NOWHERE, round(now, 6) if now else 0.0, note)


def as_reached(point: Point, known: tuple[Place, str, tuple[Fault, ...]]) -> Reached:
    """A point with what is known of it."""
    return Reached(point, *known)
