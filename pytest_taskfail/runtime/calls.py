"""Calls that task code makes in the user's files: seen by `sys.monitoring`, on Python 3.11 by `sys.setprofile`.

Only places where an exception can really occur are points: the start of a called function, a call of something else, a
return. Never a line, never the implicit call of `__exit__`.
"""

from __future__ import annotations

import dis
import functools
import itertools
import opcode
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from ..model.faults import Raise
from ..model.points import Point
from ..model.traces import Place
from . import callers, control, real, replies
from .carriers import Carrier
from .experiment import Experiment
from .reading import sources
from .reading.functions import code_of
from .reading.sources import Sources, short_name
from .record import Recorded

_NO_CALL = frozenset(
    "__exit__ __aexit__ __enter__ __aenter__ __anext__ __del__ close <listcomp> <setcomp> <dictcomp> <genexpr>".split()
)
_GENERATOR = 0x20 | 0x200  # its start is not its call: it is when somebody asks it for the first thing
_COROUTINE = 0x80  # its start is its call where it is awaited at once

BY_WHAT_IT_CALLS = "it calls "
"""What the rule begins with where a function fails only by what it calls."""

CanFail = Callable[[Any, CodeType | None, FrameType | None], str]
"""The rule by which a callee can fail, in words; empty if it cannot: (callee, its code, its frame), or without code the
caller's frame."""


class Calls:
    """Watches calls while it is on.

    Args:
        files: whose code is whose.
        can_fail: which callees are points.
    """

    def __init__(self, files: Sources, can_fail: CanFail) -> None:
        self.files = files
        self.can_fail = can_fail
        self._rules: dict[CodeType, str] = {}

    def rule(self, code: CodeType, frame: FrameType) -> str:
        """Why calls of this function of the user's can fail."""
        rule = self._rules.get(code)
        if rule is None:
            rule = self._rules[code] = "" if code.co_name in _NO_CALL else self.can_fail(None, code, frame)
        return rule

    def world(self) -> Any:
        """The experiment that runs in this process, if any."""
        return control.active

    def thread(self) -> tuple[Experiment, Carrier] | None:
        """The experiment and the thread, if this is task code whose calls are points."""
        experiment: Experiment | None = control.active
        if experiment is None or not experiment.probe:
            return None
        me = experiment.scheduler.by_ident.get(real.get_ident())
        if me is None or me.depth or me.task.is_test or me.task.of_wire or experiment.scheduler.aborting:
            return None
        return experiment, me

    def started(self, code: CodeType, frame: FrameType) -> None:
        """A function of the user's has been called and has not begun yet."""
        where = self.thread()
        caller = self._awaiter(frame) if code.co_flags & _COROUTINE else frame.f_back
        if where is None or caller is None or callers.is_bare_callback(self.files, caller):
            return
        experiment, me = where
        is_stand_in = code.co_name == "__init__" and self.files.kind(code.co_filename) == sources.TEST
        if is_stand_in and self.files.kind(caller.f_code.co_filename) != sources.USER:
            return  # a test makes its own stand-in; where the code under test makes it, it opens something
        if self.files.is_users(caller.f_code):
            users, place = caller, None
        elif code.co_flags & _GENERATOR:
            return  # the standard library goes through it, as for `contextmanager`
        else:
            given = callers.given_to_library(self.files, me, code, caller)
            if given is None:
                return
            users, place = given
        if me.task.of_test and (experiment.in_test_body(me, users) or experiment.in_test_body(me, frame)):
            return
        point_call(experiment, me, short_name(code.co_qualname), caller, (self.rule(code, frame), None, frame), place)

    def _awaiter(self, frame: FrameType) -> FrameType | None:
        """The frame that awaits a coroutine, itself or by way of asyncio; none for the coroutine of a task."""
        back = frame.f_back
        while back is not None and self.files.kind(back.f_code.co_filename) == sources.MACHINERY:
            back = None if back.f_code.co_filename.startswith(sources.HERE) else back.f_back
        return back

    def called(self, callee: Any, caller: FrameType) -> None:
        """The user's code is about to call something that is not the user's."""
        where = self.thread()
        if where is None or (where[1].task.of_test and where[0].in_test_body(where[1], caller)):
            return
        if isinstance(getattr(callee, "__func__", callee), Recorded):
            return  # its call is a point of its own
        name = str(getattr(callee, "__qualname__", "") or getattr(callee, "__name__", ""))
        if name.rpartition(".")[2] in _NO_CALL:
            return
        rule = self.can_fail(callee, None, caller)
        if rule:
            experiment, me = where
            point_call(experiment, me, short_name(name), caller, (rule, callee, None))
            if experiment.wanted_reply:
                self.watch_reply(callee)

    def watch_reply(self, callee: Any) -> None:
        """A call of what is not the user's is about to be made, and its return is to be seen."""

    def returned(self, frame: FrameType, value: Any) -> None:
        """A function of the user's returns."""
        experiment = self.world()
        if experiment is None:
            return
        wanted = experiment.wanted_after.pop(id(frame), None)
        if wanted is None:
            return
        injection, point, _ = wanted
        if injection is None:
            unused = experiment.takes_back_points and passed_on(experiment, point)
            if unused and not replies.has_called(experiment, point):
                del experiment.reached[point]  # what can fail in it was not called this time
            after = () if not experiment.strict else replies.lost(experiment, frame, value, point)
            if after:
                experiment.replies_get_lost(point, after)
        elif isinstance(injection.fault, Raise):
            raise experiment.raised(injection.fault)


def passed_on(world: replies.World, point: Point) -> bool:
    """Whether the call at this point can fail only by what is called in it."""
    return point in world.reached and world.reached[point][1].startswith(BY_WHAT_IT_CALLS)


def is_generator(frame: FrameType) -> bool:
    """Whether this is the frame of a generator: it gives no reply that could get lost."""
    return bool(frame.f_code.co_flags & _GENERATOR)


def point_call(
    experiment: Experiment, me: Carrier, name: str, caller: FrameType, subject: Any, place: Place | None = None
) -> None:
    """The point `call`: raises the planned exception, or arranges for it when the call has returned."""
    experiment.wanted_reply.pop(id(caller), None)  # of a call that has not returned but raised
    fault = experiment.reach(me, "call", name, caller, subject, place)
    callee = subject[2]
    if isinstance(fault, Raise):
        if not fault.after:
            raise experiment.raised(fault)
        if callee is None or is_generator(callee):
            if callee is not None or not replies.expect(experiment, caller, subject[1], *experiment.fired[-1][:2]):
                why = "what makes a generator or coroutine has no effect yet when it returns"
                raise TypeError(f"'{fault}' at call:{name}: {why}; place it at a call inside")
            return
        experiment.wanted_after[id(callee)] = (experiment.fired[-1][0], experiment.fired[-1][1], callee)
    elif experiment.menu is not None and not (callee is not None and is_generator(callee)):
        point = experiment.last_point
        assert point is not None
        if callee is None:
            if experiment.strict:
                replies.expect(experiment, caller, subject[1], None, point)
        elif experiment.strict or (experiment.takes_back_points and passed_on(experiment, point)):
            experiment.wanted_after[id(callee)] = (None, point, callee)


if sys.version_info >= (3, 12):
    _TOOL = 4
    _FREE = (3, 5, 2)
    """Hypothesis takes 3 while it looks for the lines that explain a failure."""

    @functools.lru_cache(maxsize=1024)
    def _awaited_calls(code: CodeType) -> frozenset[int]:
        """The offsets of calls whose result is awaited at once: a coroutine that is only made cannot fail."""
        steps = list(dis.get_instructions(code))
        return frozenset(a.offset for a, b in itertools.pairwise(steps) if b.opname == "GET_AWAITABLE")

    class CallProbe(Calls):
        """Sees calls by `sys.monitoring`, which leaves code that is not the user's at full speed."""

        def start(self) -> None:
            """Begins to watch. Starts and calls of other code switch themselves off at first sight."""
            monitoring, events = sys.monitoring, sys.monitoring.events
            monitoring.use_tool_id(_TOOL, "taskfail")
            monitoring.register_callback(_TOOL, events.PY_START, self._on_start)
            monitoring.register_callback(_TOOL, events.CALL, self._on_call)
            monitoring.register_callback(_TOOL, events.PY_RETURN, self._on_return)
            monitoring.set_events(_TOOL, events.PY_START | events.CALL | events.PY_RETURN)
            self._watched: set[CodeType] = set()

        def stop(self) -> None:
            """Ends the watch."""
            monitoring, events = sys.monitoring, sys.monitoring.events
            monitoring.set_events(_TOOL, 0)
            for event in (events.PY_START, events.CALL, events.PY_RETURN, events.C_RETURN, events.C_RAISE):
                monitoring.register_callback(_TOOL, event, None)
            monitoring.free_tool_id(_TOOL)
            if self._watched:
                for code in self._watched:
                    monitoring.set_local_events(self._replies, code, 0)
                monitoring.register_callback(self._replies, events.PY_RETURN, None)
                monitoring.free_tool_id(self._replies)

        def watch_thread(self) -> None:
            """Nothing to do: monitoring sees every thread."""

        def watch_reply(self, callee: Any) -> None:
            """Watches one function of somebody else's for good, or what is no Python function for this call."""
            monitoring, events, code = sys.monitoring, sys.monitoring.events, code_of(callee)
            if code is None:
                monitoring.register_callback(_TOOL, events.C_RETURN, self._on_c_return)
                monitoring.register_callback(_TOOL, events.C_RAISE, self._on_c_raise)
            elif code not in self._watched:
                if not self._watched:
                    self._replies = next(number for number in _FREE if monitoring.get_tool(number) is None)
                    monitoring.use_tool_id(self._replies, "taskfail replies")
                    monitoring.register_callback(self._replies, events.PY_RETURN, self._on_reply)
                self._watched.add(code)
                monitoring.set_local_events(self._replies, code, events.PY_RETURN)

        def _on_c_return(self, code: CodeType, offset: int, callee: Any, first: Any) -> None:
            replies.returned(self.world(), sys._getframe(1), None, None)

        def _on_c_raise(self, code: CodeType, offset: int, callee: Any, first: Any) -> None:
            replies.raised(self.world(), sys._getframe(1))

        def _on_reply(self, code: CodeType, offset: int, value: Any) -> None:
            replies.returned(self.world(), sys._getframe(1).f_back, code, value)

        def _on_start(self, code: CodeType, offset: int) -> Any:
            if not self.files.is_users(code):
                return sys.monitoring.DISABLE
            frame = sys._getframe(1)
            if not self.rule(code, frame):
                return sys.monitoring.DISABLE
            try:
                self.started(code, frame)
            except BaseException as error:
                error.with_traceback(None)  # it begins in the user's code: frames of ours would keep alive what is called there
                raise
            return None

        def _on_call(self, code: CodeType, offset: int, callee: Any, first: Any) -> Any:
            if not self.files.is_users(code):
                return sys.monitoring.DISABLE
            function = getattr(callee, "__func__", callee)
            inner = getattr(function, "__code__", None)
            if inner is not None and (
                self.files.is_users(inner) or (inner.co_flags & _COROUTINE and offset not in _awaited_calls(code))
            ):
                return None
            try:
                self.called(callee, sys._getframe(1))
            except BaseException as error:
                error.with_traceback(None)
                raise
            return None

        def _on_return(self, code: CodeType, offset: int, value: Any) -> Any:
            if not self.files.is_users(code):
                return sys.monitoring.DISABLE
            try:
                self.returned(sys._getframe(1), value)
            except BaseException as error:
                error.with_traceback(None)
                raise
            return None

else:

    class CallProbe(Calls):
        """Sees calls by `sys.setprofile` in each thread under control; the tracer of coverage is left alone."""

        def start(self) -> None:
            """Begins to watch."""

        def stop(self) -> None:
            """Ends the watch."""

        def watch_thread(self) -> None:
            """Watches the calling thread."""
            sys.setprofile(self._on_event)

        def _calls_others(self, kind: str, code: CodeType, frame: FrameType, caller: FrameType | None) -> None:
            if caller is None or not self.files.is_users(caller.f_code):
                return
            if not _written(caller.f_code, caller.f_lasti, code.co_flags & _COROUTINE):
                return
            goes_on = code.co_flags & (_COROUTINE | _GENERATOR) and not _starts(code, frame.f_lasti)
            if not goes_on and not (kind == sources.LIBRARY and code.co_flags & _GENERATOR):
                self.called(_Called(code, frame.f_globals.get("__name__", "")), caller)

        def _on_event(self, frame: FrameType, event: str, value: Any) -> None:
            code = frame.f_code
            try:
                if event == "call":
                    kind = self.files.kind(code.co_filename)
                    if kind in (sources.USER, sources.TEST):
                        begins = not code.co_flags & (_COROUTINE | _GENERATOR) or _starts(code, frame.f_lasti)
                        if begins and self.rule(code, frame):
                            self.started(code, frame)
                    elif kind != sources.TOOL:
                        self._calls_others(kind, code, frame, frame.f_back)
                elif event == "c_call":
                    if self.files.is_users(code):
                        self.called(value, frame)
                elif event == "c_return":
                    replies.returned(self.world(), frame, None, None)
                elif event == "c_exception":
                    replies.raised(self.world(), frame)
                elif event == "return":
                    unsure = value is None or code.co_flags & (_COROUTINE | _GENERATOR)
                    if unsure and not _returns(code, frame.f_lasti):
                        return  # it has raised, or it is suspended
                    if self.files.is_users(code):
                        self.returned(frame, value)
                    else:
                        replies.returned(self.world(), frame.f_back, code, value)
            except BaseException as error:
                error.with_traceback(None)
                caller = frame if event in ("c_call", "c_return") else frame.f_back
                if caller is not None:
                    _watch_again(caller, self._on_event)
                raise

    _CALLS = frozenset(dis.opmap[name] for name in ("PRECALL", "CALL", "CALL_FUNCTION_EX"))

    @functools.lru_cache(maxsize=4096)
    def _written(code: CodeType, offset: int, coroutine: int) -> bool:
        """Whether the source has a call at this offset, or awaits one: the look-up of an attribute, say, is none."""
        while code.co_code[offset] == dis.opmap["CACHE"] and offset > 0:
            offset -= 2  # a call that is under way stands behind its instruction
        at = code.co_code[offset]
        return at in _CALLS or (bool(coroutine) and at == dis.opmap["SEND"])

    @functools.lru_cache(maxsize=4096)
    def _starts(code: CodeType, offset: int) -> bool:
        """Whether a frame at this offset has just begun; a coroutine that goes on is at a later `RESUME`."""
        return offset < 0 or code.co_code[offset : offset + 2] == bytes((dis.opmap["RESUME"], 0))

    class _Called:
        """Stands for a Python function of which only the code is known."""

        def __init__(self, code: CodeType, module: str = "") -> None:
            self.__qualname__ = code.co_qualname.removesuffix(".__init__")
            self.__name__ = code.co_name
            self.__code__ = code
            self.__module__ = module

    @functools.lru_cache(maxsize=4096)
    def _returns(code: CodeType, offset: int) -> bool:
        """Whether a frame at this offset returns: the profiler says so too when it is suspended or an exception leaves it."""
        return code.co_code[offset] == opcode.opmap["RETURN_VALUE"]

    def _watch_again(caller: FrameType, profile: Any) -> None:
        """The interpreter ends profiling when a profile function raises; the next event of the caller takes it up again."""
        tracer, frame_tracer = sys.gettrace(), caller.f_trace

        def resume(frame: FrameType, event: str, arg: Any) -> Any:
            sys.setprofile(profile)
            sys.settrace(tracer)
            if frame_tracer is None:
                del frame.f_trace
            else:
                frame.f_trace = frame_tracer
            return frame_tracer

        sys.settrace(lambda frame, event, arg: None)
        caller.f_trace = resume
