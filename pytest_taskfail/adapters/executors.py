"""Executors: those of the standard library are seen anyway; any other object with `submit` is wrapped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..runtime import control, operations


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
        me = control.carrier()
        if me is None or control.active is None:
            return self._executor.submit(function, *args, **kwargs)
        return operations.submit(control.active, me, type(self._executor).submit, self._executor, function, args, kwargs)

    def __enter__(self) -> Any:
        self._executor.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> Any:
        return self._executor.__exit__(*exc_info)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor, name)
