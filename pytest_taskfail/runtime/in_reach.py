"""Whether a test that an exception has left before its end could still have ended a thread: whether it had it in its hands.

A test that begins with `service = Service()` and ends with `service.close()` does not get to its last line when something
comes out of it before. That the threads of the service go on then is the test's untidiness. It is not where the test had made
sure of its last line, by `with`, `finally` or `except`: then the code under test was told to end, and has not.
"""

from __future__ import annotations

import ast
import collections
import contextlib
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, MemberDescriptorType, MethodType, ModuleType, TracebackType
from typing import Any

from .reading import sources
from .reading.sources import Sources
from .reading.syntax import tree_of

LOOKS_MAX = 5000
"""Objects that are looked at; a test refers to few."""

_CONTAINERS = (list, tuple, set, frozenset, collections.deque)


def meant_to_end(thread: Any, error: BaseException | None, files: Sources) -> bool:
    """Whether the test refers to what has this thread, and something came out of it where it had not made sure of its end.

    Args:
        thread: is alive.
        error: what came out of the test; `None` if it came to its end.
        files: whose code is whose.
    """
    if thread is None or error is None:
        return False
    left = list(_tests_frames(error.__traceback__, files))
    if any(_made_sure(frame.f_code, line) for frame, line in left):
        return False
    return any(one is thread for one in _reached([value for frame, _ in left for value in _known(frame)], files))


def _known(frame: FrameType) -> Iterator[Any]:
    """The values of the names that a function uses."""
    yield from list(frame.f_locals.values())
    yield from [frame.f_globals[name] for name in frame.f_code.co_names if name in frame.f_globals]


def _tests_frames(entry: TracebackType | None, files: Sources) -> Iterator[tuple[FrameType, int]]:
    """The frames of test files that an exception has left, up to the first of production code: the test and its helpers."""
    while entry is not None:
        kind = files.kind(entry.tb_frame.f_code.co_filename)
        if kind == sources.USER:
            return
        if kind == sources.TEST:
            yield entry.tb_frame, entry.tb_lineno
        entry = entry.tb_next


def _made_sure(code: CodeType, line: int) -> bool:
    """Whether the line is in a `try`, or in a `with` that gives its value a name or is of a variable; `with raises()` is not."""
    for node in ast.walk(tree_of(code.co_filename)):
        match node:
            case ast.Try(body=body) | ast.TryStar(body=body):
                sure = True
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                sure = any(one.optional_vars is not None or not isinstance(one.context_expr, ast.Call) for one in items)
            case _:
                continue
        if sure and body[0].lineno <= line <= (body[-1].end_lineno or 0):
            return True
    return False


def _reached(roots: list[Any], files: Sources) -> Iterator[Any]:
    """What these values refer to, themselves included, but no classes, modules and functions, and nothing of pytest or ours."""
    seen: set[int] = set()
    waiting = collections.deque(roots)
    while waiting and len(seen) < LOOKS_MAX:
        one = waiting.popleft()
        kind = type(one)  # `isinstance` asks proxies, which may have nothing behind them
        if id(one) in seen or issubclass(kind, (type, ModuleType, str, bytes, int, float)) or _is_tools(kind, files):
            continue
        seen.add(id(one))
        yield one
        with contextlib.suppress(Exception):
            waiting.extend(parts(one))


def parts(one: Any) -> Iterator[Any]:
    """What an object refers to itself."""
    kind = type(one)
    if issubclass(kind, dict):
        yield from list(one.values())
    elif issubclass(kind, _CONTAINERS):
        yield from list(one)
    elif kind is MethodType:
        yield one.__self__
    else:
        attributes = getattr(one, "__dict__", None)
        yield from list(attributes.values()) if isinstance(attributes, dict) else ()
        slots = (slot for base in kind.__mro__ if "__slots__" in vars(base) for slot in vars(base).values())
        for slot in [slot for slot in slots if isinstance(slot, MemberDescriptorType)]:
            with contextlib.suppress(AttributeError):  # not set
                yield slot.__get__(one)


def _is_tools(kind: type, files: Sources) -> bool:
    """Whether a class is pytest's, another tool's or ours: these refer to everything."""
    if str(kind.__module__).startswith("pytest_taskfail"):
        return True
    file = getattr(sys.modules.get(str(kind.__module__)), "__file__", None)
    return file is not None and files.kind(file) == sources.TOOL
