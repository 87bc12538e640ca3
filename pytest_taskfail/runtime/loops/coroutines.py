"""The coroutine of a task of an event loop, wrapped: it knows its task, and its suspensions are points.

Exceptions are thrown into the coroutine; a cancellation is always a call of `Task.cancel`, so that `cancelling()`, groups and
time limits stay truthful.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from ...model.faults import Cancel, Corrupt, Fault, Raise
from ...model.traces import Place
from .. import control, corrupt
from ..carriers import Abort, Carrier
from ..reading import sources
from ..reading.sources import short_name
from ..tasks import Task
from . import anyioscopes, beginning, cancellation, orphans, siblings
from .cancellation import Canceller, Delivery
from .chains import ASYNC_GENERATOR, frame_of, frames_of

if TYPE_CHECKING:
    from ..experiment import Experiment

_TEST_BODY = re.compile(r"(?:.*\.)?(?:test\w*|async(?:SetUp|TearDown))(?:\.<locals>\.\w+)?")
"""The test's own coroutine, by its qualified name: the test function, a function inside of it, what unittest calls."""

_OWN = (sources.USER, sources.TEST, sources.LIBRARY)


class TaskCoroutine(Coroutine[Any, Any, Any]):
    """Runs a coroutine step by step.

    Args:
        experiment: outside of it the coroutine runs as ever.
        task: what the experiment knows of the task.
        coro: what the task is to run.
        inner: the user's coroutine, which is `coro` or wrapped by it.
        is_main: whether a loop runs until it ends; `of_loop`: whether the loop itself made it, for a connection.
    """

    def __init__(self, experiment: Experiment, task: Task, coro: Any, inner: Any, is_main: bool) -> None:
        self.experiment = experiment
        self.task = task
        self.coro = coro
        self.is_main = is_main
        self.canceller = Canceller()
        self.asyncio_task: Any = None
        self.steps = 0
        self.awaited: Any = None
        self.late: Callable[[], None] | None = None
        self.delivery: Delivery | None = None
        self.failed_group: orphans.FailedGroup | None = None
        self.made: list[TaskCoroutine] = []
        self.groups: list[siblings.Group] = []
        self.member: siblings.Member | None = None
        self.counted = False
        self.entering: CodeType | None = None
        self.site: FrameType | None = None
        self.function = self
        self.may_raise: list[type[BaseException]] | None = None
        self.unread = False
        self._to_raise: BaseException | None = None
        self._wrapped = None if inner is coro else inner
        self.name = getattr(inner, "__name__", type(inner).__name__)
        code: Any = getattr(inner, "cr_code", None) or getattr(inner, "gi_code", None)
        self.__code__: Any = code
        frame = frame_of(inner)
        self.__globals__ = {} if frame is None else frame.f_globals
        kind = sources.STDLIB if code is None else experiment.files.kind(code.co_filename)
        self.is_users = kind in (sources.USER, sources.TEST)
        self.is_own = kind in _OWN
        self.of_loop = False

    # ------------------------------------------------------------------ the protocol of coroutines

    def send(self, value: Any) -> Any:
        if self._to_raise is not None:
            error, self._to_raise = self._to_raise, None
            if self._wrapped is not None and not self.steps:
                return self._step(beginning.with_failure(self.coro, self._wrapped, error), value)
            return self._step(self.coro.throw, error)
        if self.failed_group is not None:
            orphans.goes_on(self)
        if self.member is not None:
            siblings.goes_on(self.member)
        return self._step(self.coro.send, value)

    def throw(self, *error: Any) -> Any:
        if isinstance(error[0], asyncio.CancelledError):
            cancellation.delivered(self, error[0])
        else:
            orphans.failed(self, error[0])
        siblings.thrown_out(self, error[0])
        if self._to_raise is not None:
            self.experiment.cancelled_first(self._to_raise)
            self._to_raise = None
        return self._step(self.coro.throw, *error)

    def close(self) -> None:
        self.coro.close()

    def __await__(self) -> Any:
        return self.coro.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.coro, name)

    def forget_siblings(self) -> None:
        """At the end of the experiment: tasks know of each other in circles, and would live on."""
        self.made, self.groups, self.member, self._wrapped = [], [], None, None

    # ------------------------------------------------------------------ points

    def start(self, me: Carrier, site: FrameType | None) -> Any:
        """The point before the first step."""
        if self.is_main or not self.is_users or self.task.of_wire:
            return None
        self.site = site
        experiment, name = self.experiment, self.name
        me_task, me.task = me.task, self.task
        try:
            place = experiment.files.place(self.__code__.co_filename, self.__code__.co_firstlineno, self.__code__.co_qualname)
            fault = experiment.reach(me, "start", name, sys._getframe(), self, place)
        finally:
            me.task, self.site = me_task, None
        if isinstance(fault, Raise):
            self._to_raise = experiment.raised(fault)
        return fault

    def _step(self, resume: Callable[..., Any], *value: Any) -> Any:
        experiment = self.experiment
        me = control.carrier() if control.active is experiment else None
        if me is None:
            return resume(*value)
        if not self.steps and self.is_own and not self.is_main:
            experiment.event(self.task.path, "start", self.name, None)
        before, me.task = me.task, self.task
        depth, me.depth = me.depth, 0
        try:
            try:
                self.awaited = awaited = resume(*value)
            except StopIteration as end:
                self.result = end.value
                fault = self._end(me)
                if isinstance(fault, Corrupt):
                    end.value = corrupt.hand_back(experiment, self.task, fault, end.value)
                raise
        except BaseException as error:
            self._ended(error)
            raise
        else:
            self._suspended(me, awaited)
            return awaited
        finally:
            me.task, me.depth = before, depth

    def _end(self, me: Carrier) -> Fault | None:
        """The point after the body, before its result is published."""
        if self.is_main or not self.is_users or self.task.of_wire:
            return None
        experiment, code = self.experiment, self.__code__
        place = experiment.files.place(code.co_filename, code.co_firstlineno, code.co_qualname)
        fault = experiment.reach(me, "end", self.name, sys._getframe(), self, place)
        if isinstance(fault, Raise):
            raise experiment.raised(fault)
        return fault

    def _ended(self, error: BaseException) -> None:
        experiment, task = self.experiment, self.task
        self.awaited = None
        self.steps += 1
        cancellation.note_handle(self)
        cancellation.ended(self, error)
        if isinstance(error, StopIteration):
            task.ended, what = "ended", "end"
        elif isinstance(error, asyncio.CancelledError):
            task.ended, what = "was cancelled", "cancelled"
        else:
            task.ended, what = f"ended with {type(error).__name__}", "failed"
            experiment.errors.append((task, error))
        if self.groups:
            siblings.turned(self, ended=True)
        if self.is_own and not isinstance(error, Abort):
            experiment.event(task.path, what, self.name, None, type(error).__name__ if what == "failed" else "")

    def _suspended(self, me: Carrier, awaited: Any) -> None:
        experiment = self.experiment
        if experiment.scheduler.aborting:
            return
        self.steps += 1
        if not self.task.owned:
            self.task.owned = cancellation.is_shielded(self.asyncio_task)
        cancellation.note_handle(self)
        if self.delivery is not None:
            cancellation.suspended(self)
        if self.groups:
            siblings.turned(self, ended=False)
        if self.late is not None and awaited is not None:
            act, self.late = self.late, None
            awaited.add_done_callback(lambda done: act())
        if experiment.menu is None and "await" not in experiment.pending and not experiment.always:
            return
        if self.canceller.nobody or not self.is_own:
            return
        name, frame, users = self.where()
        if frame is None or users is None or self.in_test_body(frame):
            return
        fault = experiment.reach(me, "await", name, users, self)
        cancellation.note_line(self, name)
        if isinstance(fault, Cancel):
            self._cancel(fault, awaited)
        elif isinstance(fault, Raise):
            self._to_raise = experiment.raised(fault)

    def _cancel(self, fault: Cancel, awaited: Any) -> None:
        """Cancels this task, or the group that it belongs to, before anything else happens, or as what it awaits comes."""
        if fault.scope:
            anyioscopes.cancel(self)
            return
        task: Any = self.canceller.task or self.asyncio_task or asyncio.current_task()
        if fault.late and awaited is not None:
            awaited.add_done_callback(lambda done: None if done.cancelled() else task.cancel())
            return
        loop: Any = task.get_loop()
        if fault.at_rest:
            steps = self.steps
            loop._selector.at_rest.append(lambda: task.cancel() if self.steps == steps else False)
            return
        loop._ready.appendleft(asyncio.Handle(task.cancel, (), loop))

    # ------------------------------------------------------------------ where it is

    def frames(self) -> list[FrameType]:
        """The frames of the suspended coroutine and of those that it awaits, outermost first."""
        return list(frames_of(self.coro))

    def where(self) -> tuple[str, FrameType | None, FrameType | None]:
        """What is awaited in which function, in words; that function's frame; the innermost frame of the user's."""
        kinds = self.experiment.files.kind
        own: FrameType | None = None
        users: FrameType | None = None
        what = ""
        for frame in self.frames():
            kind = kinds(frame.f_code.co_filename)
            if users is None and kind == sources.TEST and self.is_main and frame.f_code.co_flags & ASYNC_GENERATOR:
                break  # a fixture: it is stepped by a plugin
            if kind in _OWN:
                own, what = frame, ""
                if kind != sources.LIBRARY:
                    users = frame
            elif not what and kind != sources.TOOL and not frame.f_code.co_filename.startswith(sources.HERE):
                what = _name_of(frame)
        if own is None:
            return "", None, None
        if not what:
            what = "sleep" if self.awaited is None else _kind_of(self.awaited)
        return f"{what}@{short_name(own.f_code.co_qualname)}", own, users or own

    def place(self) -> Place:
        """The user's line that it is at."""
        users = self.where()[2]
        return Place() if users is None else self.experiment.files.place_of(users)

    def in_test_body(self, frame: FrameType) -> bool:
        """Whether a frame of the suspended coroutine is the test itself or one of its fixtures, not code called by it."""
        frames = self.frames()
        position = frames.index(frame)
        return self.is_test_body(frame, frames[position - 1] if position else None)

    def is_test_body(self, frame: FrameType, back: FrameType | None) -> bool:
        """The same for a frame and the one that awaits or calls it."""
        files = self.experiment.files
        if not self.is_main or files.kind(frame.f_code.co_filename) != sources.TEST:
            return False
        called_by = sources.MACHINERY if back is None else files.kind(back.f_code.co_filename)
        if called_by in (sources.TOOL, sources.LIBRARY):
            return True
        return called_by in (sources.MACHINERY, sources.STDLIB) and _TEST_BODY.fullmatch(frame.f_code.co_qualname) is not None


def _kind_of(awaited: Any) -> str:
    return "gather" if hasattr(awaited, "_children") else "task" if isinstance(awaited, asyncio.Task) else "future"


def _name_of(frame: FrameType) -> str:
    """What a function of asyncio's is called by its callers: `sleep`, `Queue.get`, `Lock.acquire`, `TaskGroup`."""
    thing, name = frame.f_locals.get("self"), frame.f_code.co_name
    if thing is None:
        return name
    if name == "__aexit__":
        return type(thing).__name__
    return f"{type(thing).__name__}.{'acquire' if name == '__aenter__' else name}"
