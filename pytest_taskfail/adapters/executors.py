"""Executors: those of the standard library are seen anyway; any other object with `submit` is wrapped."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..runtime import control, operations

Handle = TypeVar("Handle")


def submit_task(send: Callable[..., Handle], function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Handle:
    """Hands a callable to an executor as a task with points. For adapters; call it straight from the method that users call.

    Args:
        send: the executor's own way to take a task: called with a callable and its arguments. It gets an envelope, which it
            must call exactly once, in any thread, and whose result or exception it must pass on as it is. Where no experiment
            runs it gets the function itself.
        function: what the user submits.
        args, kwargs: what the function is called with.

    Returns:
        What `send` returns.

    Example:
        >>> submit_task(lambda task, *args: task(*args), divmod, 7, 2)
        (3, 1)
    """
    me = control.carrier()
    if me is None or control.active is None:
        return send(function, *args, **kwargs)
    user = sys._getframe(1).f_back
    sent = operations.submit(
        control.active, me, lambda _, *more, **named: send(*more, **named), None, function, args, kwargs, user
    )
    return sent  # type: ignore[no-any-return]


def wrap(thing: Any) -> Any | None:
    """The executor, under control; `None` for what is not one."""
    if isinstance(thing, ThreadPoolExecutor) and type(thing).submit is ThreadPoolExecutor.submit:
        return thing
    if not callable(getattr(thing, "submit", None)):
        return None
    return thing if isinstance(thing, ThreadPoolExecutor) else Wrapped(thing)


class Wrapped:
    """An executor of another make: its `submit` sends the callable in an envelope; all else is its own."""

    def __init__(self, executor: Any) -> None:
        self._executor = executor

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        return submit_task(self._executor.submit, function, *args, **kwargs)

    def __enter__(self) -> Any:
        self._executor.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> Any:
        return self._executor.__exit__(*exc_info)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor, name)
