"""A `raise` that says that the code is used in a wrong way: no event loop or task runs here, or what was given cannot be called.

The program decides that, not the world, so it is said always or never.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ASKS = frozenset({"current_task", "get_running_loop", "get_event_loop", "_get_running_loop"})
"""Functions that ask for the loop, or for the task, in which they are called."""

_ASKS_FOR_CODE = frozenset({"callable", "iscoroutinefunction", "isfunction", "ismethod", "isroutine"})
"""Functions that ask whether something can be called: nothing that comes from outside can."""


def raises(tree: ast.AST) -> set[ast.AST]:
    """All of these statements below a node.

    Args:
        tree: of a file.
    """
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            asked = set(_names(node))
            found.update(inner for body in _misused(node, asked) for inner in _raises_of(body))
    return found


def _names(function: ast.AST) -> Iterator[str]:
    """What a function calls the loop or task that it has asked for."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(target=ast.Name(id=name), value=value):
                if _asks(value):
                    yield name


def _misused(function: ast.AST, asked: set[str]) -> Iterator[list[ast.stmt]]:
    """The statements that are reached only where no loop runs, or nothing can be called."""
    for node in ast.walk(function):
        match node:
            case ast.If(test=ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]), body=body):
                if _is_asked(left, asked):
                    yield body
            case ast.If(test=test, orelse=[*orelse]) if orelse and not isinstance(orelse[0], ast.If) and _can_be_called(test):
                yield orelse
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=value), body=body) if _can_be_called(value):
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
    return _called(value) in _ASKS


def _can_be_called(test: ast.expr) -> bool:
    """Whether this asks if something can be called."""
    match test:
        case ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Constant(value="__call__")]):
            return True
    return _called(test) in _ASKS_FOR_CODE


def _called(value: ast.expr) -> str:
    """The name of the function that an expression calls."""
    if not isinstance(value, ast.Call):
        return ""
    called = value.func
    return called.attr if isinstance(called, ast.Attribute) else str(getattr(called, "id", ""))


def _raises_of(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (inner for statement in body for inner in ast.walk(statement) if isinstance(inner, ast.Raise))
