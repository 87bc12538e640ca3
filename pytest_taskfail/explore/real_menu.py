"""Which faults may happen where in a real experiment: exceptions as anywhere, and death and pickling."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

from ..model.faults import Delay, Drop, Duplicate, Fault, Hold, Kill, Pickle, Raise, default_kinds, name_of_exception
from ..runtime import exceptions
from ..runtime.processes import shared
from ..runtime.reading import functions, handlers, sources
from . import menu, parsers
from .menu import Menu

TYPES_MAX = 4
_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
_DEPTH = 2

Answer = tuple[str, tuple[Fault, ...]]


class RealMenu(Menu):
    """Says which faults may happen where in a real experiment.

    Args:
        kinds: the kinds of faults that are wanted.
        strict: whether the test's own assertions are judged.
        every: whether every value may be one that cannot be pickled, because the user asked for it.
    """

    def __init__(self, kinds: frozenset[str], strict: bool = False, every: bool = False) -> None:
        super().__init__(kinds, strict)
        self.every = every
        self.chosen = kinds != default_kinds()

    def __call__(self, experiment: Any, me: Any, kind: str, name: str, frame: FrameType | None, subject: Any) -> Answer:
        match kind:
            case "call" if frame is not None:
                rule, called, callee = subject
                if callee is None and menu.takes_away(experiment, frame, called):
                    return rule, self._asked(Kill())
                malformed = [kind for kind in parsers.malformed(called, frame, experiment.files) if travels(kind)]
                if malformed:
                    return rule, (*self._some(malformed, malformed), *self._asked(Kill()))
                prepared = [kind for kind in experiment.prepared_types() if travels(kind)]
                types = [*menu.call_types(experiment, frame, callee), *prepared]
                if callee is not None and menu.cleans_up(experiment, frame):
                    return rule, (*self._late(types[:TYPES_MAX], callee), *self._asked(Kill()))
                own = [] if callee is None else handlers.types_raised(callee.f_code, callee.f_globals)
                return rule, (*self._some(types, own), *self._asked(Kill()))
            case "start":
                if subject.alone or _guarded(subject.function, handlers.begins_guarded):
                    return "a process may die at any time", self._asked(Kill())
                own = own_types(subject.function)
                types = [kind for kind in menu.body_types(experiment, subject) if kind in own or travels(kind)]
                return "a task can always fail", (*self._some(types, own), *self._asked(Kill()))
            case "end":
                taken = subject.alone or _guarded(subject.function, handlers.ends_guarded)
                types = [] if taken else menu.body_types(experiment, subject)[-1:]
                return "a task can always fail", (*self._once(types), *self._asked(Kill()))
            case "acquire":
                return "asked for", self._wanted(Hold(shared.A_WHILE), Hold(math.inf))
            case "signal":
                return "asked for", self._wanted(Drop(), Duplicate(), Delay(shared.A_WHILE))
            case "pickle":
                if self.every or _takes_part(experiment.files, subject):
                    return "your own code takes part in pickling", self._asked(Pickle(), Pickle(decode=True))
        return "", ()

    def prepared(self, experiment: Any, submission: Any) -> tuple[str, ...]:
        """The names of the exception types that those who submitted a task are prepared for."""
        return tuple(name_of_exception(kind) for kind in menu.body_types(experiment, submission)[:-2])

    def _some(self, types: Iterable[type[BaseException]], own: Iterable[type[BaseException]]) -> tuple[Fault, ...]:
        """Few: an experiment with processes takes long. First those that cannot be rebuilt elsewhere, which only show here."""
        awkward = [kind for kind in own if exceptions.make(kind) is None and exceptions.make_any(kind) is not None]
        chosen = list(dict.fromkeys([*awkward, *types]))[:TYPES_MAX]
        lasting = [Raise(kind, always=True) for kind in chosen[:1]] if "raise" in self.kinds else []
        return (*self._once(chosen), *lasting)

    def _wanted(self, *faults: Fault) -> tuple[Fault, ...]:
        """Those that nobody gets unasked: experiments with processes are few."""
        return self._asked(*faults) if self.chosen else ()

    def _once(self, types: Iterable[type[BaseException]]) -> tuple[Fault, ...]:
        return self._raises(list(types), lasting=False)


def _guarded(function: Any, where: Callable[[CodeType], bool]) -> bool:
    """Whether the function, or the method of a callable object, is prepared for all that can fail first, or last."""
    code = functions.code_of(functions.unwrapped(function)) or functions.code_of(vars(type(function)).get("__call__"))
    return code is not None and where(code)


def travels(kind: type[BaseException]) -> bool:
    """Whether an exception of this type comes out of pickle again. What only the driver raises need not."""
    error = exceptions.make_any(kind)
    try:
        return type(pickle.loads(pickle.dumps(error))) is kind
    except Exception:
        return False


def own_types(function: Any) -> list[type[BaseException]]:
    """The types that the function's own `raise` statements name."""
    function = functions.unwrapped(function)
    code = functions.code_of(function)
    return [] if code is None else handlers.types_raised(code, getattr(function, "__globals__", {}))


def _takes_part(files: sources.Sources, value: Any, depth: int = _DEPTH) -> bool:
    """Whether a method of the user's own runs when this value is pickled or unpickled."""
    if isinstance(value, tuple | list | set | frozenset) and depth:
        return any(_takes_part(files, item, depth - 1) for item in value)
    if isinstance(value, dict) and depth:
        return any(_takes_part(files, item, depth - 1) for item in value.values())
    for name in _HOOKS:
        code = getattr(getattr(type(value), name, None), "__code__", None)
        if code is not None and files.is_users(code):
            return True
    return False
