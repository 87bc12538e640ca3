"""Which faults may happen at a point: only those that the contract of the code under test allows, unless asked for more."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

from ..model.faults import (
    Cancel,
    Corrupt,
    Delay,
    Drop,
    Duplicate,
    Expire,
    Fault,
    Hold,
    Raise,
    Twice,
    find_exception,
    name_of_exception,
)
from ..runtime import calls, corrupt, exceptions
from ..runtime.carriers import Carrier
from ..runtime.experiment import Experiment
from ..runtime.loops import chains
from ..runtime.reading import functions, handlers, sources
from ..runtime.reading.variables import Variables
from . import parsers

_BROAD = (BaseException, Exception)
_CONTROL_FLOW = (StopIteration, StopAsyncIteration, AssertionError)
_CONTROL_MODULES = frozenset({"queue", "_queue", "threading", "concurrent", "asyncio"})
"""Exceptions of these say how queues and futures stand; a call of the user's does not raise them."""

UNPREPARED = (RuntimeError, LookupError, ArithmeticError)
"""Candidates for the exception that nobody is prepared for: the first one that no handler names."""

_TAKES_AWAY = frozenset({"unlink", "remove", "rmdir", "removedirs", "rmtree"})

TYPES_MAX = 5
REQUESTED_DELAY = 1.0


class Menu:
    """Says which faults may happen where.

    Args:
        kinds: the kinds of faults that are wanted.
        strict: whether the test's own assertions are judged: then a call may also fail after its effect.
    """

    def __init__(self, kinds: frozenset[str], strict: bool = False) -> None:
        self.kinds = kinds
        self.strict = strict

    def __call__(
        self, experiment: Experiment, me: Carrier, kind: str, name: str, frame: FrameType, subject: Any
    ) -> tuple[str, tuple[Fault, ...]]:
        match kind:
            case "call":
                rule, callee, callee_frame = subject
                if callee_frame is None and takes_away(experiment, frame, callee):
                    return "", ()
                types = parsers.malformed(callee, frame, experiment.files) or call_types(experiment, frame, callee_frame)
                if callee_frame is not None and cleans_up(experiment, frame):
                    return rule, () if calls.is_generator(callee_frame) else self._late(types, callee_frame)
                # What a function fails by may not be called again in it; where it is, that call lasts.
                return rule, self._raises(types, lasting=not rule.startswith(calls.BY_WHAT_IT_CALLS))
            case "start":
                if subject is None:
                    return "a thread was started", self._asked(Twice(), Delay(REQUESTED_DELAY))
                code, names, own = _read(subject)
                guarded = code is not None and handlers.begins_guarded(code, names, own)
                faults = (
                    ()
                    if guarded or _is_chore(experiment, subject) or _only_signals(experiment, subject)
                    else self._raises(body_types(experiment, subject), lasting=True)
                )
                if me.task.coroutine is not None:
                    if cleans_up(experiment, me.task.coroutine.site):
                        faults = ()
                    # The test stands for any caller; what other code starts is cancelled only by that code.
                    alone = (
                        me.task.by_test and me.task.coroutine.canceller.task is None and not me.task.coroutine.canceller.nobody
                    )
                    return "a task can always fail", (*faults, *(self._asked(Cancel()) if alone else ()))
                return "a task can always fail", (*faults, *self._asked(Twice(), Delay(REQUESTED_DELAY)))
            case "end":
                if subject is None:
                    return "", ()
                code = functions.code_of(functions.unwrapped(subject.function))
                guarded = code is not None and handlers.ends_guarded(code)
                chore = guarded or _is_chore(experiment, subject) or _only_signals(experiment, subject)
                faults = () if chore else self._raises(body_types(experiment, subject)[-2:], lasting=False)
                wrong = self._wrong(subject.result)
                if me.task.coroutine is not None:
                    return "asked for", wrong  # nothing comes between the last line of a coroutine and its result
                return "a task can always fail", (*faults, *self._asked(Delay(REQUESTED_DELAY)), *wrong)
            case "await":
                if _nobody_interrupts(experiment, subject):
                    return "", ()
                cancels = [Cancel()]
                if subject.awaited is not None and subject.canceller.task is None:
                    cancels.append(Cancel(late=True))
                if subject.awaited is not None and not name.startswith("sleep@"):
                    cancels.append(Cancel(at_rest=True))
                return "an await may be cancelled", self._asked(*cancels)
            case "acquire":
                return "whoever gets it may be slow", self._asked(Hold())
            case "timer":
                return "a time limit may be reached", self._asked(Expire(), Expire(late=True))
            case "signal":
                return "asked for", self._asked(Drop(), Duplicate(), Delay(REQUESTED_DELAY))
            case "submit":
                return "asked for", self._asked(Delay(REQUESTED_DELAY))
        return "", ()

    def _asked(self, *faults: Fault) -> tuple[Fault, ...]:
        return tuple(fault for fault in faults if fault.kind in self.kinds)

    def _wrong(self, value: Any) -> tuple[Fault, ...]:
        """Wrong results in place of this one, where these are wanted."""
        if "corrupt" not in self.kinds:
            return ()
        return tuple(Corrupt(way) for way in corrupt.ways(value) if way != "other" or corrupt.has_faker())

    def _late(self, types: Iterable[type[BaseException]], callee: FrameType) -> tuple[Fault, ...]:
        """What gives something back cannot be blamed for not having begun: it fails when it has done its work."""
        refused = handlers.types_refused(callee.f_code, callee.f_globals)
        late = tuple(Raise(kind, after=True) for kind in types if kind not in refused)
        return late if "raise" in self.kinds else ()

    def _raises(self, types: list[type[BaseException]], lasting: bool) -> tuple[Fault, ...]:
        return _raises_of(tuple(types), lasting) if "raise" in self.kinds else ()


@functools.lru_cache(maxsize=256)
def _raises_of(types: tuple[type[BaseException], ...], lasting: bool) -> tuple[Fault, ...]:
    once: list[Fault] = [Raise(kind) for kind in types]
    if lasting:
        once += [Raise(kind, always=True) for kind in types if not issubclass(kind, SystemExit)]
    return tuple(once)


def call_types(experiment: Experiment, frame: FrameType, callee: FrameType | None) -> list[type[BaseException]]:
    """What to raise at a call: what the handlers below are prepared for, what the callee raises, and what nobody expects."""
    prepared: dict[type[BaseException], None] = {}
    at: FrameType | None = frame
    bottom, called_back = None, False
    while at is not None:
        if experiment.is_users(at):
            prepared.update(dict.fromkeys(handlers.prepared_types(at)))
        if experiment.files.kind(at.f_code.co_filename) != sources.MACHINERY:
            bottom = at
        elif at.f_code.co_name == "_invoke_callbacks":
            called_back = True  # by a future that is done: what is called there is no task
        at = at.f_back
    if callee is not None:
        prepared.update(dict.fromkeys(handlers.types_raised(callee.f_code, callee.f_globals)))
    types = _complete(list(prepared))
    if bottom is not None and not called_back and experiment.files.kind(bottom.f_code.co_filename) == sources.LIBRARY:
        types.append(SystemExit)  # a task run by somebody's executor: it must survive what is not an Exception
    return types


def _is_chore(experiment: Experiment, task: Any) -> bool:
    """Whether a library has submitted a function of its own, not one of the user's that it has wrapped: only what that calls
    can fail."""
    if task.site is None or experiment.files.kind(task.site.f_code.co_filename) != sources.LIBRARY:
        return False
    code = functions.code_of(functions.unwrapped(task.function))
    return code is not None and experiment.files.kind(code.co_filename) == sources.LIBRARY


def _only_signals(experiment: Experiment, task: Any) -> bool:
    """Whether a task does nothing but take locks and give signals: that cannot fail."""
    code, names, own = _read(task)
    if code is None:
        return False
    return experiment.files.kind(code.co_filename) == sources.MACHINERY or handlers.only_signals(code, names, own)


def _read(task: Any) -> tuple[CodeType | None, Mapping[str, Any], Mapping[str, Any]]:
    """The code of what a task runs, and what names stand for in it, as far as that is known before it begins."""
    given = functions.unwrapped(task.function)
    code = functions.code_of(given)
    frame = chains.frame_of(getattr(task, "coro", None))
    own: Mapping[str, Any] = {} if frame is None else Variables(frame)
    if code is not None and hasattr(given, "__self__") and code.co_varnames:
        own = {code.co_varnames[0]: given.__self__}
    return code, getattr(given, "__globals__", {}), own


def _nobody_interrupts(experiment: Experiment, coroutine: Any) -> bool:
    """Whether a task cleans up to which only the code that made it has a reference: nobody cancels it just then."""
    task, through = coroutine.task, coroutine.canceller
    lone = not (task.by_test or through.by_gather or through.task is not None or coroutine.is_main)
    if not lone:
        return False
    kinds = [(frame, experiment.files.kind(frame.f_code.co_filename)) for frame in coroutine.frames()]
    return any(handlers.in_cleanup(frame, kind != sources.LIBRARY) for frame, kind in kinds if kind != sources.MACHINERY)


def cleans_up(experiment: Experiment, frame: FrameType | None) -> bool:
    """Whether one of the user's frames that wait for this call is ending what was begun."""
    while frame is not None:
        if experiment.is_users(frame) and handlers.in_cleanup(frame):
            return True
        frame = frame.f_back
    return False


def takes_away(experiment: Experiment, frame: FrameType | None, callee: Any) -> bool:
    """Whether the end of what was begun takes a file or folder away: whoever made it may do so, and can do no more than that."""
    return str(getattr(callee, "__name__", "")).rpartition(".")[2] in _TAKES_AWAY and cleans_up(experiment, frame)


def body_types(experiment: Experiment, envelope: Any) -> list[type[BaseException]]:
    """What to raise in a submitted callable: what it raises itself and what those who submitted it are prepared for."""
    if envelope.may_raise is not None:
        return envelope.may_raise  # type: ignore[no-any-return]
    prepared: dict[type[BaseException], None] = {}
    function = functions.unwrapped(envelope.function)
    code = functions.code_of(function)
    if code is not None and experiment.files.is_users(code):
        names = getattr(function, "__globals__", {})
        prepared.update(dict.fromkeys(handlers.types_raised(code, names)))
    at = envelope.site
    while at is not None:
        if experiment.is_users(at):
            prepared.update(dict.fromkeys(handlers.prepared_types(at, whole_function=True)))
        at = at.f_back
    types = envelope.may_raise = _complete(list(prepared))
    return types


def _complete(prepared: list[type[BaseException]]) -> list[type[BaseException]]:
    named = [kind for kind in prepared if _is_ordinary(kind)]
    types = [kind for kind in named if exceptions.make(kind) is not None and _has_a_name(kind)][: TYPES_MAX - 2]
    if not any(issubclass(ConnectionError, kind) for kind in types):
        types.append(ConnectionError)
    types += [kind for kind in UNPREPARED if not any(issubclass(kind, other) for other in named)][:1]
    return types


def _is_ordinary(kind: type[BaseException]) -> bool:
    if kind in _BROAD or not issubclass(kind, Exception) or issubclass(kind, _CONTROL_FLOW):
        return False
    return kind.__module__.partition(".")[0] not in _CONTROL_MODULES


def _has_a_name(kind: type[BaseException]) -> bool:
    """Whether a replay line can name it."""
    try:
        return find_exception(name_of_exception(kind)) is kind
    except ValueError:
        return False
