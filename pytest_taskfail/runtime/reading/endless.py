"""Whether a line of source is in a loop that looks again and again and has no end of its own."""

from __future__ import annotations

import ast
import functools

from .syntax import tree_of

_CLOCKS = frozenset("time monotonic perf_counter time_ns monotonic_ns perf_counter_ns now utcnow".split())
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def is_endless(filename: str, line: int) -> bool:
    """Whether the innermost `while` loop around a line compares nothing with a limit and looks at no clock.

    A loop that counts, or that has a deadline, ends some day; when in doubt it is not endless.
    """
    loop = _loop_around(filename, line)
    return loop is not None and not _is_bounded(loop)


@functools.lru_cache(maxsize=256)
def _loop_around(filename: str, line: int) -> ast.While | None:
    around = [
        node
        for node in ast.walk(tree_of(filename))
        if isinstance(node, ast.While) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno, default=None)


def _is_bounded(loop: ast.While) -> bool:
    counted = {ast.unparse(node.target) for node in ast.walk(loop) if isinstance(node, ast.AugAssign)}
    for node in ast.walk(loop):
        if isinstance(node, ast.Compare):
            if any(isinstance(operator, _ORDER) for operator in node.ops):
                return True
            if any(ast.unparse(side) in counted for side in (node.left, *node.comparators)):
                return True
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _CLOCKS:
                return True
    return False
