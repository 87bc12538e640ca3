"""Functions, and parts of them, that let nothing out: all is inside of handlers that take every exception and raise none."""

from __future__ import annotations

import ast

from .beginnings import guard_of, is_sure

_SAFE = frozenset("list tuple dict set sorted reversed enumerate zip range len iter items keys values copy".split())
"""Calls by which a loop gets its items."""


def takes_all(body: list[ast.stmt]) -> bool:
    """Whether no exception leaves these statements, and there is one that might have.

    Args:
        body: of a function.
    """
    return all(_lets_nothing_out(statement) for statement in body) and any(_has_try(statement) for statement in body)


def ends_taken(body: list[ast.stmt]) -> bool:
    """Whether nothing that these statements do last lets an exception out: nothing fails between that and their end.

    Args:
        body: of a function.
    """
    for statement in reversed(body):
        if _has_try(statement):
            return _lets_nothing_out(statement)
        if not _lets_nothing_out(statement):
            break
    return False


def taken(tree: ast.AST) -> set[ast.AST]:
    """What is below this node and surrounded, in its own function, by handlers out of which no exception of it comes."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try | ast.With) and _takes_everything(node):
            for statement in node.body:
                _add(statement, found)
        elif isinstance(node, ast.Try):
            body: set[ast.AST] = set()
            for statement in node.body:
                _add(statement, body)
            found.update(inner for inner in body if isinstance(inner, ast.Raise) and _takes_back(node, inner))
    return found


def _add(node: ast.AST, found: set[ast.AST]) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return  # it runs later, perhaps outside
    found.add(node)
    for child in ast.iter_child_nodes(node):
        _add(child, found)


def _takes_back(node: ast.Try, raised: ast.Raise) -> bool:
    """Whether a handler of this `try` names just what is raised in its body, as where it takes the place of a jump."""
    if raised.exc is None:
        return False
    kind = ast.dump(raised.exc.func if isinstance(raised.exc, ast.Call) else raised.exc)
    named = [handler for handler in node.handlers if handler.type is not None and ast.dump(handler.type) == kind]
    return bool(named) and not any(isinstance(inner, ast.Raise) for inner in ast.walk(named[0]))


def _takes_everything(node: ast.Try | ast.With) -> bool:
    """Whether no exception of the body comes out; its handlers and its `finally` may still have some of their own."""
    if isinstance(node, ast.With):
        return len(node.items) == 1 and _suppresses_all(node.items[0].context_expr)
    takes = any(_is_broad(handler.type) for handler in node.handlers)
    return takes and not any(isinstance(inner, ast.Raise) for handler in node.handlers for inner in ast.walk(handler))


def _suppresses_all(called: ast.expr) -> bool:
    return isinstance(called, ast.Call) and _name(called.func) == "suppress" and any(map(_is_broad, called.args))


def fails_only_inside(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function begins with a `try` and raises nothing by itself, but in the handlers of that.

    Then it fails only by what it calls, and each of these calls is a point. What the function puts right meanwhile it does put
    right: to let it fail before its first step is no failure of this function.
    """
    guard = guard_of(function.body)
    if not isinstance(guard, ast.Try | ast.TryStar):
        return False
    own: set[ast.AST] = set()
    for statement in function.body:
        _add(statement, own)
    handled = {inner for handler in guard.handlers for inner in ast.walk(handler)}
    return not any(isinstance(node, ast.Raise) and node.exc is not None for node in own - handled)


def _lets_nothing_out(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Break() | ast.Continue():
            return True
        case ast.Expr(value=value) | ast.Return(value=value) | ast.Assign(value=value):
            return value is None or isinstance(value, ast.Constant | ast.Name)
        case ast.For(iter=items, body=body, orelse=[]):
            return _only_safe_calls(items) and all(map(_lets_nothing_out, body))
        case ast.While(test=test, body=body, orelse=[]):
            return is_sure(test) and all(map(_lets_nothing_out, body))
        case ast.Try(orelse=[], finalbody=last):
            return _takes_everything(statement) and not any(isinstance(node, ast.Raise) for end in last for node in ast.walk(end))
        case ast.With():
            return _takes_everything(statement)
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
