"""Functions that do nothing but take locks and give signals: these fail as little as the locks and signals do."""

from __future__ import annotations

import ast
from typing import Any

_PRIMITIVES = frozenset({"asyncio.locks", "asyncio.queues", "threading", "_thread", "queue", "_queue"})
"""Modules of locks and signals."""

_STAND_INS = f"{__name__.rsplit('.', 2)[0]}."
"""What the modules begin with that have what stands in for them."""


def parts(body: list[ast.stmt]) -> list[ast.expr] | None:
    """What these statements take as locks and call, if they do nothing else; `None` if they do.

    Args:
        body: of a function.
    """
    found: list[ast.expr] = []
    for statement in body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.With(items=items, body=inner) | ast.AsyncWith(items=items, body=inner):
                deeper = parts(inner)
                if deeper is None or any(item.optional_vars is not None for item in items):
                    return None
                found += [item.context_expr for item in items] + deeper
            case ast.If(test=asked, body=then, orelse=other) if _only_looks(asked):
                both = parts(then), parts(other)
                if None in both:
                    return None
                found += [part for branch in both for part in branch or ()]
            case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
                if call.keywords or not all(map(_is_there, call.args)):
                    return None
                found.append(call.func)
            case _:
                return None
    return found if all(map(_is_there, found)) else None


def is_primitive(value: Any) -> bool:
    """Whether this is a lock, an event or a queue of the standard library, or a method of one."""
    owner = getattr(value, "__self__", None) or getattr(value, "__objclass__", None)
    module = getattr(value, "__module__", None) or getattr(owner, "__module__", None) or ""
    return value is not None and (module in _PRIMITIVES or str(module).startswith(_STAND_INS))


def _only_looks(expression: ast.expr) -> bool:
    """Whether an expression only compares and counts what is there."""
    match expression:
        case ast.Compare(left=left, comparators=others):
            return all(map(_only_looks, [left, *others]))
        case ast.BoolOp(values=values):
            return all(map(_only_looks, values))
        case ast.UnaryOp(operand=operand):
            return _only_looks(operand)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _only_looks(left) and _only_looks(right)
        case ast.Call(func=ast.Name(id="len"), args=[counted], keywords=[]):
            return _is_there(counted)
    return _is_there(expression)


def _is_there(value: ast.expr) -> bool:
    """Whether an expression only names something."""
    return isinstance(value, ast.Constant | ast.Name) or (isinstance(value, ast.Attribute) and _is_there(value.value))
