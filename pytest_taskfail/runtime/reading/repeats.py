"""Whether the loop that a failed call is in calls again for the same thing, or for the next one: read from the source."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator

from ..kept import Step
from .sources import Sources
from .syntax import tree_of

_COUNTERS = frozenset({"range", "count"})
_NEXT = frozenset({"pop", "popleft", "popitem", "get", "get_nowait", "next", "anext", "choice"})
"""What gives another thing each time it is called."""


def is_for_another(files: Sources, trail: Iterable[Step]) -> bool:
    """Whether the innermost loop around a call that raised calls for another thing in each turn.

    Args:
        files: whose code is whose.
        trail: the frames that it has passed, from whoever caught it down to the call.
    """
    spots = [(code.co_filename, line) if files.is_users(code) else None for code, line, _ in trail]
    while spots and spots[-1] is None:  # what is called
        spots.pop()
    for spot in reversed(spots):
        if spot is None:
            return False  # a library calls: that its loop is a retry is what libraries do
        known = _turns(*spot)
        if known is not None:
            return known
    return False


@functools.lru_cache(maxsize=1024)
def _turns(filename: str, line: int) -> bool | None:
    """Whether the innermost loop around a line calls there for another thing in each turn; none where there is no loop."""
    around = [node for node in _nodes(filename) if _has(node, line)]
    functions = [node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    inside = max((node.lineno for node in functions), default=0)
    loops = [node for node in around if isinstance(node, ast.For | ast.AsyncFor | ast.While) and node.lineno >= inside]
    if not loops:
        return None
    loop = max(loops, key=lambda node: node.lineno)
    called = [node for node in ast.walk(loop) if isinstance(node, ast.Call) and _has(node, line)]
    used = {one.id for node in called for one in ast.walk(node) if isinstance(one, ast.Name)}
    return bool(used & set(_other_each_time(loop)))


def _has(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", line + 1) <= line <= (getattr(node, "end_lineno", None) or 0)


def _other_each_time(loop: ast.For | ast.AsyncFor | ast.While) -> Iterator[str]:
    """Names that stand for another thing in each turn."""
    if not isinstance(loop, ast.While) and _called(loop.iter) not in _COUNTERS:
        yield from _names(loop.target)
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign) and _called(node.value) in _NEXT:
            for target in node.targets:
                yield from _names(target)


def _called(expression: ast.expr) -> str:
    """The last part of the name of what an expression calls."""
    if isinstance(expression, ast.Await):
        expression = expression.value
    if not isinstance(expression, ast.Call):
        return ""
    called = expression.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _names(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


@functools.lru_cache(maxsize=64)
def _nodes(filename: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(filename)))
