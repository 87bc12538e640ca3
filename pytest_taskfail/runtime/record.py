"""Recorded functions: each call, its effect and its failure are events of the experiment that runs, in whatever process."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..errors import PlanError
from ..model.faults import Raise
from ..model.notes import ATTEMPT, CANCELLING, EFFECT, FAILURE, error_text
from . import noting
from .noting import goes_on_cancelled, here, users_frame, watched, write
from .reading.functions import code_of
from .reading.sources import short_name
from .replies import is_plain, lost_replies

Key = Callable[..., object] | str | None
RULE = "it is recorded"


class Recorded:
    """A function whose calls are recorded. Outside of experiments it is the function.

    Args:
        function: to be called.
        key: what makes two calls the same effect: a function of the arguments, or the name of one; `None`: calls have no key.
        name: what it is called; by default the function's own name.
        failed: says of a result whether it means failure.
    """

    def __init__(self, function: Any, key: Key, name: str, failed: Callable[[Any], object] | None) -> None:
        for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
            if hasattr(function, attribute):
                setattr(self, attribute, getattr(function, attribute))
        self.__wrapped__ = function
        self._key, self._name, self._failed = key, name, failed

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if noting.sink is None and here() is None:
            return self.__wrapped__(*args, **kwargs)
        frame = users_frame(sys._getframe(1))
        key = self._begin(args, kwargs, frame)
        try:
            point, fault = self._point(frame)
            result = self.__wrapped__(*args, **kwargs)
        except BaseException as error:
            write(FAILURE, self._name, error_text(error), frame)
            raise
        return self._end(result, key, point, fault, frame)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else types.MethodType(self, owner)

    def __reduce__(self) -> Any:
        module = sys.modules.get(getattr(self, "__module__", ""))
        found: Any = module
        for part in getattr(self, "__qualname__", "").split("."):
            found = getattr(found, part, None)
        if found is self:
            return self.__qualname__  # it stands where the function stood: by that name it is found again
        return type(self), (self.__wrapped__, self._key, self._name, self._failed)

    def _begin(self, args: Any, kwargs: Any, frame: FrameType | None) -> str:
        key = self._text(args, kwargs)
        if goes_on_cancelled():
            write(CANCELLING, self._name, "", frame)
        write(ATTEMPT, self._name, key, frame)
        return key

    def _text(self, args: Any, kwargs: Any) -> str:
        if self._key is None:
            return ""
        if callable(self._key):
            return str(self._key(*args, **kwargs))
        bound = inspect.signature(self.__wrapped__).bind(*args, **kwargs)
        bound.apply_defaults()
        if self._key not in bound.arguments:
            names = ", ".join(bound.arguments) or "none"
            raise PlanError(f"taskfail.record: {self._name} has no argument {self._key!r} to be the key; it has {names}")
        return str(bound.arguments[self._key])

    def _point(self, frame: FrameType | None) -> tuple[Any, Any]:
        """The point `call`: a recorded function stands for the outside world, which can fail before and after its effect."""
        where = here()
        if where is None or where.me is None:
            return None, None
        user = watched(where.world, frame) or frame
        if user is None or (where.me.task.of_test and where.world.in_test_body(where.me, user)):
            return None, None
        name = short_name(getattr(self, "__qualname__", "") or self._name)
        fault = where.world.reach(where.me, "call", name, user, (RULE, self.__wrapped__, None))
        if isinstance(fault, Raise) and not fault.after:
            raise where.world.raised(fault)
        return where.world.last_point, fault if isinstance(fault, Raise) else None

    def _end(self, result: Any, key: str, point: Any, fault: Any, frame: FrameType | None) -> Any:
        if self._failed is not None and self._failed(result):
            write(FAILURE, self._name, f"returned {str(result)[:80]}", frame)
        else:
            write(EFFECT, self._name, key, frame)
        where = here() if point is not None else None
        if where is not None and fault is not None:
            raise where.world.raised(fault)
        if where is not None and where.world.strict and is_plain(result) and point in where.world.reached:
            names = getattr(self.__wrapped__, "__globals__", {})
            after = lost_replies(where.world.reached[point][2], code_of(self.__wrapped__), names)
            where.world.replies_get_lost(point, after)
        return result


class RecordedCoroutine(Recorded):
    """The same for a function that is awaited: its effect is when the coroutine returns."""

    async def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if noting.sink is None and here() is None:
            return await self.__wrapped__(*args, **kwargs)
        frame = users_frame(sys._getframe(1))
        key = self._begin(args, kwargs, frame)
        try:
            point, fault = self._point(frame)
            result = await self.__wrapped__(*args, **kwargs)
        except BaseException as error:
            write(FAILURE, self._name, error_text(error), frame)
            raise
        return self._end(result, key, point, fault, frame)


def record(function: Any, key: Key = None, *, name: str | None = None, failed: Callable[[Any], object] | None = None) -> Any:
    """The function, with each call recorded: when it begins, when it has returned (its effect has happened) or raised.

    Put it in the place of the function, for instance with `monkeypatch.setattr`, or hand it to the code under test. Each call is
    also a point `call:NAME` at which a fault can strike, before or after the effect.

    Args:
        function: a function, method or coroutine function that has an effect.
        key: what makes two calls one effect: a function of the same arguments, or the name of an argument.
        name: what it is called in the trace; by default the function's own qualified name.
        failed: says of a result whether it means failure; without it only an exception does.

    Raises:
        PlanError: it cannot be called, or the key names no argument.

    Example:
        >>> charge = record(lambda order: f"paid {order}", key=lambda order: order, name="charge")
        >>> charge(7)
        'paid 7'
    """
    if not callable(function):
        raise PlanError(f"taskfail.record: a {type(function).__name__} cannot be called; give a function")
    if isinstance(key, str):
        names = inspect.signature(function).parameters
        if key not in names:
            raise PlanError(
                f"taskfail.record: key={key!r} is no argument of {_name(function)}; it has {', '.join(names) or 'none'}"
            )
    kind = RecordedCoroutine if inspect.iscoroutinefunction(function) else Recorded
    made = kind(function, key, name or _name(function), failed)
    if kind is RecordedCoroutine and sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(made)
    return made


def _name(function: Any) -> str:
    return short_name(str(getattr(function, "__qualname__", "") or type(function).__name__))
