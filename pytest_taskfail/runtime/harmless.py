"""Functions that let nothing out: all that they do, they do inside of handlers that take every exception and raise none."""

from __future__ import annotations

import ast

_SAFE = frozenset("list tuple dict set sorted reversed enumerate zip range len iter items keys values copy".split())
"""Calls by which a loop gets its items."""


def takes_all(body: list[ast.stmt]) -> bool:
    """Whether no exception leaves these statements, and there is one that might have.

    Args:
        body: of a function.
    """
    return all(_lets_nothing_out(statement) for statement in body) and any(_has_try(statement) for statement in body)


def _lets_nothing_out(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Break() | ast.Continue():
            return True
        case ast.Expr(value=value) | ast.Return(value=value) | ast.Assign(value=value):
            return value is None or isinstance(value, ast.Constant | ast.Name)
        case ast.For(iter=items, body=body, orelse=[]):
            return _only_safe_calls(items) and all(map(_lets_nothing_out, body))
        case ast.Try(handlers=handlers, orelse=[], finalbody=[]):
            takes = any(_is_broad(handler.type) for handler in handlers)
            return takes and not any(isinstance(node, ast.Raise) for handler in handlers for node in ast.walk(handler))
        case ast.With(items=[item], body=_):
            called = item.context_expr
            return isinstance(called, ast.Call) and _name(called.func) == "suppress" and any(map(_is_broad, called.args))
    return False


def _has_try(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Try | ast.With) for node in ast.walk(statement))


def _only_safe_calls(expression: ast.expr) -> bool:
    nodes = list(ast.walk(expression))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return all(_name(call.func) in _SAFE for call in calls) and not any(isinstance(node, ast.Await) for node in nodes)


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or _name(kind) in ("Exception", "BaseException")


def _name(expression: ast.expr) -> str:
    return expression.id if isinstance(expression, ast.Name) else expression.attr if isinstance(expression, ast.Attribute) else ""
