"""A `raise` that says that no event loop, or no task, runs here: the program decides that, not the world."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ASKS = frozenset({"current_task", "get_running_loop", "get_event_loop", "_get_running_loop"})
"""Functions that ask for the loop, or for the task, in which they are called."""


def raises(tree: ast.AST) -> set[ast.AST]:
    """All of these statements below a node.

    Args:
        tree: of a file.
    """
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            asked = set(_names(node))
            found.update(inner for body in _where_none_runs(node, asked) for inner in _raises_of(body))
    return found


def _names(function: ast.AST) -> Iterator[str]:
    """What a function calls the loop or task that it has asked for."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(target=ast.Name(id=name), value=value):
                if _asks(value):
                    yield name


def _where_none_runs(function: ast.AST, asked: set[str]) -> Iterator[list[ast.stmt]]:
    """The statements that are reached only where no loop runs."""
    for node in ast.walk(function):
        match node:
            case ast.If(test=ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]), body=body):
                if _is_asked(left, asked):
                    yield body
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=value), body=body):
                if _is_asked(value, asked):
                    yield body
            case ast.Try(body=[ast.Assign(value=value) | ast.Expr(value=value) | ast.Return(value=value)], handlers=handlers):
                if value is not None and _asks(value):
                    yield from (handler.body for handler in handlers)


def _is_asked(value: ast.expr, asked: set[str]) -> bool:
    value = value.value if isinstance(value, ast.NamedExpr) else value
    return _asks(value) or (isinstance(value, ast.Name) and value.id in asked)


def _asks(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    called = value.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in _ASKS


def _raises_of(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (inner for statement in body for inner in ast.walk(statement) if isinstance(inner, ast.Raise))
