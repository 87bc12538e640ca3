"""One process's side of a real experiment: it runs tasks, numbers points, lets planned faults happen, and writes the trace."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import threading
from types import FrameType
from typing import Any, TypeVar

from ...model.faults import Fault, Kill, Pickle, Raise, UnknownException, find_exception
from ...model.plans import Injection, Plan
from ...model.points import TEST, Point, role_of
from .. import exceptions
from ..reading import sources
from . import dumps, handled, papers, tracefile

REPEATS_MAX = 50
"""How often a lasting fault strikes before the world is well again."""

MARK = "_taskfail"
"""Attribute of an injected exception; it travels with it through pickle, where identity does not."""

_here: Side | None = None
E_ = TypeVar("E_", bound=BaseException)


def mark(error: E_, what: str) -> E_:
    """Marks an exception as injected."""
    with contextlib.suppress(Exception):
        vars(error)[MARK] = what
    return error


def is_marked(error: BaseException | None) -> bool:
    """Whether an exception is, was raised from, or contains an injected one."""
    return any(MARK in getattr(one, "__dict__", ()) for one in exceptions.related(error))


def enter(folder: str) -> Side:
    """This process's side of the experiment in this folder."""
    global _here
    if _here is None or _here.folder != folder:
        _here = Side(folder, papers.Orders.load(folder))
    if _here.pid != os.getpid():
        _here.moved()
    if _here.orders.growing:
        _here.look_for_more()
    return _here


def begin(folder: str, orders: papers.Orders) -> Side:
    """Makes the side of the test's own process."""
    global _here
    _here = Side(folder, orders)
    _here.watch_handlers()
    return _here


def here() -> Side | None:
    """This process's side, if it takes part in an experiment."""
    return None if _here is None else enter(_here.folder)


def own_processes() -> set[str]:
    """Paths of the tasks that this process has started as processes of their own."""
    return set() if _here is None else _here.processes


class Running:
    """A task that runs in this process."""

    def __init__(self, path: str, prepared: tuple[str, ...] = ()) -> None:
        self.path = path
        self.prepared = prepared
        self.hits: dict[tuple[str, str], int] = {}
        self.raised = False

    @property
    def is_test(self) -> bool:
        return self.path == TEST

    @property
    def task(self) -> Running:
        """What call points ask a thread for: here a thread is known by its task."""
        return self

    of_test = of_wire = False
    coroutine = None


class Side:
    """What one process knows of the experiment.

    Args:
        folder: of the experiment.
        orders: what is to be done in it.
    """

    takes_back_points = False
    """What has been written into the trace stands there."""

    def __init__(self, folder: str, orders: papers.Orders) -> None:
        self.folder = folder
        self.orders = orders
        self.files = orders.files
        self.menu = orders.menu
        self.strict = orders.strict
        self.trace = tracefile.TraceFile(os.path.join(folder, papers.TRACE))
        self.children: dict[str, dict[str, int]] = {}
        self.processes: set[str] = set()
        self.wanted_after: dict[int, tuple[Injection | None, Point, FrameType]] = {}
        self.wanted_reply: dict[int, Any] = {}
        self.fired: list[tuple[Injection, Point]] = []
        self.reached: dict[Point, tuple[Any, str, tuple[Fault, ...]]] = {}
        self.last_point: Point | None = None
        self._injections: list[Injection] | None = None
        self._version = 0
        self._probe: Any = None
        self._entries: Any = None
        self._numbering = threading.Lock()
        self.pid = 0
        self.moved()

    def moved(self) -> None:
        """This process is another one than the one that the side was made in."""
        self.pid = os.getpid()
        self.local = threading.local()
        self._numbering = threading.Lock()
        self._stacks = dumps.answer(self.folder)

    @property
    def injections(self) -> list[Injection]:
        """The planned faults; exception types of test modules are known only when those have been imported."""
        if self._injections is None:
            try:
                self._injections = list(Plan.parse(self.orders.plan).injections)
            except UnknownException:
                return []
        return self._injections

    def plan_more(self, injection: Injection) -> None:
        """Plans one more fault, for all processes; those that run a task see it when they begin the next one."""
        parts = [*filter(None, [self.orders.plan]), str(injection)]
        self.orders = dataclasses.replace(self.orders, plan=" + ".join(parts))
        self._injections = None
        self.trace.write("plan", injection=str(injection))
        self.orders.save(self.folder)

    def look_for_more(self) -> None:
        """Reads the orders again if they have changed."""
        version = os.stat(os.path.join(self.folder, papers.ORDERS)).st_size  # a plan only grows
        if version != self._version:
            self._version = version
            self.orders = papers.Orders.load(self.folder)
            self._injections = None

    def records(self) -> list[tracefile.Record]:
        """What all processes have noted so far."""
        return list(tracefile.read(self.trace.path))

    @property
    def task(self) -> Running:
        """The task that the calling thread runs."""
        task = getattr(self.local, "task", None)
        if task is None:
            task = self.local.task = Running(TEST)
        assert isinstance(task, Running)
        return task

    def child_path(self, name: str) -> str:
        """The path of the next child of the running task that runs a function of this name."""
        parent = self.task.path
        with self._numbering:
            numbers = self.children.setdefault(parent, {})
            nth = numbers[name] = numbers.get(name, -1) + 1
        return f"{name}#{nth}" if parent == TEST else f"{parent}/{name}#{nth}"

    # ------------------------------------------------------------------ running a task

    def run(self, path: str, function: Any, args: Any, kwargs: Any, prepared: tuple[str, ...] = ()) -> Any:
        """Runs a task: its start, its body, its end."""
        before = getattr(self.local, "task", None)
        task = self.local.task = Running(path, prepared)
        self._watch_calls()
        self.watch_handlers()
        self.trace.write("start", task=path)
        try:
            self._body_point("start")
            value = function(*args, **kwargs)
            self.trace.write("done", task=path)
            self._body_point("end")
            fault = self.reach_pickle("result", path, value) if self.pid != self.orders.host else None
            if fault is not None:
                from .envelope import Fragile

                value = Fragile(encodes=fault.decode)
        except BaseException as error:
            self.trace.write("failed", task=path, error=type(error).__name__)
            if task.raised and (not is_marked(error) or handled.by_the_task(self.files, function, error)):
                self.trace.write("seen", task=path, by="a handler in the task")
            raise
        else:
            if task.raised:
                self.trace.write("seen", task=path, by="a handler in the task")
            self.trace.write("end", task=path)
            return value
        finally:
            self.local.task = before

    def follow(self, path: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a callback or a thread of the test's own process: its calls are points, its start and its end are not."""
        before = getattr(self.local, "task", None)
        self.local.task = Running(path)
        self._watch_calls()
        self.trace.write("start", task=path)
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            self.trace.write("failed", task=path, error=type(error).__name__)
            raise
        else:
            self.trace.write("end", task=path)
            return value
        finally:
            self.local.task = before

    def _body_point(self, kind: str) -> None:
        path = self.task.path
        point = Point(kind, role_of(path).rpartition("/")[2], path)
        fault = self._planned(point)
        if isinstance(fault, Raise):
            raise self.raised(fault)

    def _watch_calls(self) -> None:
        if self.orders.can_fail is None:
            return
        if self._probe is None:  # a forked process inherits it
            from .probe import WorkerProbe

            self._probe = WorkerProbe(self, self.orders.can_fail)
            self._probe.start()
        self._probe.watch_thread()

    def watch_handlers(self) -> None:
        """Watches which handlers are entered in the calling thread, and on Python 3.12 and newer in all."""
        if self._entries is not None:  # a forked process inherits it
            self._entries.watch_thread()
        elif self.orders.cover is not None:
            from .entries import Entries

            self._entries = Entries(self)

    # ------------------------------------------------------------------ points and faults

    def is_users(self, frame: FrameType) -> bool:
        """Whether a frame is the user's own, not a library's."""
        return self.files.kind(frame.f_code.co_filename) in (sources.USER, sources.TEST)

    def users_frame(self, frame: FrameType | None) -> FrameType | None:
        """The innermost frame of the user's."""
        while frame is not None and not self.is_users(frame):
            frame = frame.f_back
        return frame

    def place(self, frame: FrameType | None) -> list[Any]:
        """The line that a frame is at, as the trace has it."""
        if frame is None:
            return []
        at = self.files.place_of(frame)
        return [at.file, at.line, at.function]

    def in_test_body(self, frame: FrameType | None) -> bool:
        """Whether the frame is the test function or a fixture itself, not code called by it."""
        if frame is None or self.pid != self.orders.host:
            return False
        back = frame.f_back
        return back is None or self.files.kind(back.f_code.co_filename) in (sources.TOOL, sources.STDLIB, sources.MACHINERY)

    def reach(self, me: Running, kind: str, name: str, frame: FrameType, subject: Any = None, place: Any = None) -> Fault | None:
        """Numbers a point, notes it, and returns the exception that is planned there; a kill happens here."""
        nth = me.hits.get((kind, name), 0)
        me.hits[kind, name] = nth + 1
        point = self.last_point = Point(kind, name, me.path, nth)
        fault = self._planned(point, frame)
        if fault is None and self.menu is not None:
            why, faults = self.menu(self, me, kind, name, frame, subject)
            faults = [fault for fault in faults if not isinstance(fault, Kill) or self.pid != self.orders.host]
            if faults:
                self.reached[point] = (place, why, tuple(faults))
                told = [str(fault) for fault in faults]
                self.trace.write("point", point=str(point), place=self.place(frame), why=why, faults=told, task=me.path)
        return fault

    def reach_pickle(self, name: str, path: str, value: Any) -> Pickle | None:
        """The point at which arguments or a result are pickled, and the fault that is planned there."""
        point = Point("pickle", name, path)
        fault = self._planned(point)
        if fault is None and self.menu is not None:
            why, faults = self.menu(self, self.task, "pickle", name, None, value)
            if faults:
                self.trace.write("point", point=str(point), place=[], why=why, faults=list(map(str, faults)), task=path)
        return fault if isinstance(fault, Pickle) else None

    def replies_get_lost(self, point: Point, after: tuple[Fault, ...]) -> None:
        """The call at this point may also fail after its effect."""
        place, why, faults = self.reached[point]
        self.reached[point] = (place, why, (*faults, *after))
        self.trace.write("lost", point=str(point), faults=[str(fault) for fault in after])

    def prepared_types(self) -> list[type[BaseException]]:
        """The types that those who submitted the running task are prepared for."""
        found = []
        for name in self.task.prepared:
            with contextlib.suppress(ValueError):
                found.append(find_exception(name))
        return found

    def raised(self, fault: Raise) -> BaseException:
        """The exception of the fault that fired last."""
        self.task.raised = True
        error = exceptions.make_any(fault.exception)
        if error is None:
            raise TypeError(f"{fault.exception!r} cannot be made from a message")
        return mark(error, str(self.fired[-1][1]))

    def _planned(self, point: Point, frame: FrameType | None = None) -> Fault | None:
        for number, injection in enumerate(self.injections):
            fault = injection.fault
            if isinstance(fault, Kill) and self.pid == self.orders.host:
                continue
            lasting = isinstance(fault, Raise) and fault.always
            if injection.applies(point):
                if not self._claim(number, REPEATS_MAX if lasting else 1):
                    continue
            elif not (lasting and self._lasts(number, injection, point)):
                continue
            self._fire(number, injection, point, frame)
            return fault
        return None

    def _lasts(self, number: int, injection: Injection, point: Point) -> bool:
        if point.kind != injection.at.kind:
            return False
        try:
            with open(os.path.join(self.folder, f"lasts-{number}")) as file:
                return file.read() == point.name and self._claim(number, REPEATS_MAX)
        except FileNotFoundError:
            return False

    def _claim(self, number: int, times: int) -> bool:
        """Whether the fault may happen once more: a byte for each time, in a file that outlives a killed process."""
        path = os.path.join(self.folder, f"fired-{number}")
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, b"x")
            return os.lseek(descriptor, 0, os.SEEK_CUR) <= times
        finally:
            os.close(descriptor)

    def _fire(self, number: int, injection: Injection, point: Point, frame: FrameType | None) -> None:
        self.fired.append((injection, point))
        if isinstance(injection.fault, Raise) and injection.fault.always:
            with open(os.path.join(self.folder, f"lasts-{number}"), "w") as file:
                file.write(point.name)
        self.trace.write("fault", number=number, point=str(point), task=point.task, place=self.place(frame))
        if isinstance(injection.fault, Kill):
            os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait()  # the signal is on its way
