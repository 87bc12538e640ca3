"""The standard library's operations as the user calls them: one point and one scheduling choice each.

Each is a thin function in place of the method, which asks whether an experiment runs and otherwise calls the method.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import Any

from ..model.faults import Corrupt, Delay, Drop, Duplicate, Raise, Twice
from . import adoption, control, corrupt, holding, real, registries, strangers
from .carriers import Abort, Carrier
from .experiment import Experiment
from .loops import handles
from .reading import sources
from .reading.functions import bare, code_of, unwrapped
from .reading.sources import short_name
from .tasks import Op, Task, name_of

SIGNALS = frozenset({"set", "notify", "notify_all", "put", "release", "set_result", "set_exception", "task_done"})
CALLS_BACK = frozenset({"set_result", "set_exception", "cancel"})
"""Operations inside of which the user's own functions run."""

STACKS = ("ExitStack.", "AsyncExitStack.")
"""What enters a context for the user."""

POLLS = frozenset({"is_set", "empty", "full", "qsize", "done", "running", "cancelled", "is_alive"})
"""Operations that only look."""

READS = frozenset({"Future.result", "Future.exception"})
"""Operations by which somebody learns how a future has ended."""

UNDER_WAY = "Event.wait", "Thread.start"
"""How starting a thread ends: a choice has just been offered, when the thread was there, and nothing has happened since."""


def operation(owner: type, name: str) -> tuple[type, str, Any]:
    """Puts a dispatcher in place of a method; returns what puts it back."""
    method = owner.__dict__[name]
    is_signal, opaque, full_name = name in SIGNALS, name not in CALLS_BACK, f"{owner.__name__}.{name}"
    cancels = full_name == "Future.cancel"

    @functools.wraps(method)
    def dispatch(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        experiment = control.active
        if experiment is None:
            return method(self, *args, **kwargs)
        me = experiment.scheduler.by_ident.get(real.get_ident())
        if me is None or me.depth:
            result = method(self, *args, **kwargs)
            if cancels and me is not None:  # a pool does it, as `shutdown(cancel_futures=True)`
                _cancelled(experiment, me, self, experiment.locate(sys._getframe(1))[1])
            return result
        result = _operate(experiment, me, method, self, full_name, is_signal, opaque, args, kwargs)
        if is_signal and experiment.scheduler.chooser.pausing:
            holding.pause(experiment)
        return result

    setattr(owner, name, dispatch)
    return owner, name, method


def _operate(
    experiment: Experiment,
    me: Carrier,
    method: Callable[..., Any],
    thing: Any,
    name: str,
    is_signal: bool,
    opaque: bool,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    outer, frame = experiment.locate(sys._getframe(2))
    if frame is None:
        me.depth += opaque
        try:
            return method(thing, *args, **kwargs)
        finally:
            me.depth -= opaque
    function = short_name(frame.f_code.co_qualname)
    body, users = experiment.in_test_body(me, frame), experiment.is_users(frame)
    label = f"{outer or name}@{function}"
    fault = None
    if is_signal and users and not outer:
        experiment.event(me.task.path, "signal", name, frame)
        if not body:
            fault = experiment.reach(me, "signal", label, frame, thing)
    keeps = False
    if name in strangers.ARRIVALS and users and not body and (not outer or outer.startswith(STACKS)):
        blocking = name == "Barrier.wait" or bool(args[0] if args else kwargs.get("blocking", True))
        keeps = strangers.arrive(experiment, me, thing, function, frame, blocking)
    experiment.ops_last.pop(me.id, None)
    if name.rpartition(".")[2] in POLLS:
        experiment.spin(me)
    else:
        me.idle_reads = 0
    if (name, outer) != UNDER_WAY:
        experiment.scheduler.point(me)
    before, me.op = me.op, Op(label, frame, users and not body)
    me.depth += opaque
    try:
        if isinstance(fault, Drop):
            return None
        if name.endswith("Semaphore.release"):
            holding.permit(experiment, me, thing, -(args[0] if args else kwargs.get("n", 1)), frame)
        if isinstance(fault, Delay):
            strangers.later(experiment, me, fault.seconds, functools.partial(method, thing, *args, **kwargs))
            return None
        if isinstance(fault, Duplicate):
            method(thing, *args, **kwargs)
        timeout = args[0] if args else kwargs.get("timeout")
        if name == "Thread.join" and not adoption.wait_for_adopted(experiment, me, thing, timeout):
            return None
        result = method(thing, *args, **kwargs)
        if result is True and name == "Semaphore.acquire":
            holding.permit(experiment, me, thing, 1, frame)
            if keeps:
                strangers.keep(experiment, me)
        return result
    except TimeoutError:
        if name in READS and not thing.done():
            experiment.given_up.add(id(thing))  # the caller was told that it has failed to come in time
        raise
    finally:
        if name in READS and thing.done():
            experiment.read.add(id(thing))
        me.depth -= opaque
        me.op = before
        if name == "Future.cancel":
            if me.has_timed_out or not thing.done():
                experiment.read.add(id(thing))  # given up, as it runs or came too late: nobody needs to hear of its failure
            if not outer or thing.cancelled() or not thing.done():  # `map` also cancels what has ended
                _cancelled(experiment, me, thing, frame)


def _cancelled(experiment: Experiment, me: Carrier, future: Any, frame: FrameType | None) -> None:
    """Notes that somebody wanted a pool's task cancelled, and whether it is."""
    task = getattr(future, "_taskfail_task", None)
    if task is not None:
        experiment.event(me.task.path, "cancel", task.path, frame, "cancelled" if future.cancelled() else "refused")


# ---------------------------------------------------------------------- tasks


def submit(
    experiment: Experiment,
    me: Carrier,
    real_submit: Any,
    pool: Any,
    function: Any,
    args: Any,
    kwargs: Any,
    user: FrameType | None = None,
) -> Any:
    """`Executor.submit` under control, called by `user`: the callable travels in an envelope that knows its task."""
    user = user or sys._getframe(2)
    frame = experiment.locate(user)[1] or user
    name = name_of(function)
    by_test = experiment.in_test_body(me, frame)
    fault = experiment.reach(me, "submit", name, frame)
    if isinstance(fault, Raise):
        raise experiment.raised(fault)
    if isinstance(fault, Delay):
        experiment.scheduler.block(me, None, experiment.scheduler.clock.deadline(fault.seconds))
    task = Task(me.task.child_path(name), by_test, (frame.f_code.co_filename, frame.f_lineno))
    task.is_pool_task = True
    task.given = _is_given(experiment, me, frame)
    experiment.tasks.append(task)
    experiment.event(me.task.path, "submit", task.path, frame)
    experiment.scheduler.point(me)
    me.depth += 1
    try:
        future = real_submit(pool, Envelope(experiment, task, function, frame), *args, **kwargs)
    finally:
        me.depth -= 1
    if isinstance(future, Future):  # of any other handle it is not known who reads it
        future._taskfail_task = task  # type: ignore[attr-defined]
        task.future = future
    return future


def _is_given(experiment: Experiment, me: Carrier, frame: FrameType) -> bool:
    """Whether the test's own body gets the future: production code returns it there, and it is the test's to read or to drop."""
    caller = frame.f_back
    if caller is None or experiment.files.kind(frame.f_code.co_filename) != sources.USER:
        return False
    return experiment.in_test_body(me, caller) and handles.is_returned(frame.f_code, frame.f_lineno)


class Envelope:
    """A submitted callable that knows its task. Outside of its experiment it is the callable."""

    def __init__(self, experiment: Experiment, task: Task, function: Any, frame: Any) -> None:
        self.experiment, self.task, self.function = experiment, task, function
        self.site = frame if experiment.menu is not None else None
        self.may_raise: list[type[BaseException]] | None = None  # the menu's notes
        self.result: Any = None
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        me = control.carrier()
        if me is None or control.active is not self.experiment:
            return self.function(*args, **kwargs)
        depth, me.depth = me.depth, 0
        before, me.task = me.task, self.task
        try:
            return run_body(
                self.experiment, me, self.task, self.function, functools.partial(self.function, *args, **kwargs), self
            )
        finally:
            me.task, me.depth = before, depth


def run_body(
    experiment: Experiment,
    me: Carrier,
    task: Task,
    function: Any,
    body: Callable[[], Any],
    subject: Any,
    chosen: bool = False,
) -> Any:
    """Runs the body of a task between its points `start` and `end`; `chosen`: its thread has just been, for its first step."""
    name = task.path.rpartition("/")[2].partition("#")[0]
    frame, place = sys._getframe(1), None
    function = getattr(function, "run", function) if isinstance(function, threading.Thread) else function
    code = code_of(unwrapped(function))
    if code is not None:
        task.entry = code.co_filename
        place = experiment.files.place(code.co_filename, code.co_firstlineno, code.co_qualname)
    elif task.started_at is not None:  # what is written in C, a mock, a callable object
        place = experiment.files.place(*task.started_at)
    experiment.event(task.path, "start", name, None)
    if not chosen:
        experiment.scheduler.point(me)
    try:
        fault = experiment.reach(me, "start", name, frame, subject, place)
        if isinstance(fault, Raise):
            raise experiment.raised(fault)
        if isinstance(fault, Delay):
            experiment.scheduler.block(me, None, experiment.scheduler.clock.deadline(fault.seconds))
        result = body()
        if isinstance(fault, Twice):
            result = body()
        if subject is not None:
            subject.result = result
        fault = experiment.reach(me, "end", name, frame, subject, place)
        if isinstance(fault, Raise):
            raise experiment.raised(fault)
        if isinstance(fault, Corrupt):
            result = corrupt.hand_back(experiment, task, fault, result)
        if isinstance(fault, Delay):
            experiment.scheduler.block(me, None, experiment.scheduler.clock.deadline(fault.seconds))
    except BaseException as error:
        task.ended = f"ended with {type(error).__name__}"
        experiment.errors.append((task, error))
        if not isinstance(error, Abort):
            experiment.event(task.path, "failed", name, None, type(error).__name__)
        raise
    task.ended = "ended"
    experiment.event(task.path, "end", name, None)
    return result


def start_thread(experiment: Experiment, me: Carrier, function: Any, args: Any, on_done: Callable[[], None] | None) -> int:
    """A thread of the user's, started under control."""
    thread = getattr(function, "__self__", None)
    thread = thread if isinstance(thread, threading.Thread) else None
    target = _target(thread) or function
    _, frame = experiment.locate(sys._getframe(2))
    name = name_of(target)
    by_test = frame is not None and experiment.in_test_body(me, frame)
    if frame is not None and not me.depth:
        fault = experiment.reach(me, "submit", name, frame)
        if isinstance(fault, Raise):
            raise experiment.raised(fault)
        if isinstance(fault, Delay):
            experiment.scheduler.block(me, None, experiment.scheduler.clock.deadline(fault.seconds))
    where = None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
    task = Task(me.task.child_path(name), by_test, where)
    experiment.tasks.append(task)
    if thread is not None:
        experiment.workers.append((registries.reference(thread), registries.reference(getattr(target, "__self__", None))))
    if not me.depth:
        experiment.event(me.task.path, "submit", task.path, frame)

    def body(carrier: Carrier) -> None:
        carrier.own_task, carrier.thread, carrier.on_done = task, thread, on_done
        if experiment.watch_thread is not None:
            experiment.watch_thread()
        if thread is None:
            experiment.scheduler.hand_back(carrier, me)
            function(*args)
            return
        run = thread.run

        def run_under_control() -> None:
            carrier.depth = 0
            thread.__dict__.pop("run", None)
            experiment.scheduler.hand_back(carrier, me)
            if _is_worker(target):
                run()
            else:
                run_body(experiment, carrier, task, target, run, None, chosen=True)

        thread.__dict__["run"] = run_under_control
        carrier.depth = 1  # until then it is the standard library that gets the thread under way
        _quieten(thread)
        function(*args)

    carrier = experiment.scheduler.start(me, task, body)
    if frame is not None and not me.depth:
        experiment.scheduler.point(me)
    return carrier.ident


def _quieten(thread: Any) -> None:
    """What kills a thread of an experiment is told to the user's own `threading.excepthook`, not to pytest's."""
    tell = thread.__dict__.get("_invoke_excepthook")

    def tell_the_user(*args: Any) -> None:
        hook = bare(threading.excepthook)
        owner = getattr(hook, "__module__", "") or ""
        if (
            tell is not None
            and not isinstance(sys.exc_info()[1], Abort)
            and not owner.startswith(("_pytest", "_thread", "threading"))
        ):
            tell(*args)

    thread.__dict__["_invoke_excepthook"] = tell_the_user


def _target(thread: threading.Thread | None) -> Any:
    if thread is None:
        return None
    return getattr(thread, "_target", None) or getattr(thread, "function", None) or thread


def _is_worker(target: Any) -> bool:
    """A pool's own thread: what it runs are the tasks."""
    return getattr(target, "__module__", "") == "concurrent.futures.thread"
