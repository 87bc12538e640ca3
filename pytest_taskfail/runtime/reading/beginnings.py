"""What a function gets into before anything can fail: a `try`, or its endless loop, read from the source."""

from __future__ import annotations

import ast

_SURE = {
    "asyncio": frozenset("sleep get_running_loop get_event_loop current_task Event Lock Condition Semaphore Queue".split()),
    "anyio": frozenset("sleep Event Lock Condition Semaphore get_cancelled_exc_class".split()),
    "time": frozenset("time monotonic perf_counter".split()),
}
"""What does not fail, by module: at most a sleep is cancelled."""

_QUESTIONS = frozenset("is_set done empty full locked cancelled is_closing is_serving".split())
"""Methods that only look at something."""


def guard_of(body: list[ast.stmt]) -> ast.stmt | None:
    """The `try`, or the endless loop, that these statements get into before anything can fail.

    What comes before it may only be assignments of what is there already, counts that go up or down, and sleeps.
    """
    for statement in body:
        match statement:
            case ast.Try() | ast.TryStar() | ast.While(test=ast.Constant()):
                return statement
            case ast.While(test=test):
                return guard_of(statement.body) if is_sure(test) else None
            case ast.For(iter=ast.Call(func=ast.Name(id="range"))) | ast.For(iter=ast.Name()):
                return guard_of(statement.body)
            case ast.Expr(value=value) | ast.AnnAssign(value=value):
                if value is not None and not is_sure(value):
                    return None
            case ast.AugAssign(target=ast.Name() | ast.Attribute(), value=ast.Constant()) | ast.Nonlocal() | ast.Global():
                continue
            case ast.Assign(targets=targets, value=value):
                if not (is_sure(value) and all(map(is_sure, targets))):
                    return None
            case _:
                return None
    return None


def first_call(body: list[ast.stmt]) -> ast.expr | None:
    """What these statements call before anything else can fail, where nothing else is done in that statement."""
    for statement in body:
        match statement:
            case ast.Expr(value=value) | ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
                if not is_sure(value):
                    call = value.value if isinstance(value, ast.Await) else value
                    alone = isinstance(call, ast.Call) and not call.keywords and all(map(is_sure, call.args))
                    return call.func if alone else None  # type: ignore[attr-defined]
            case _:
                return None
    return None


def is_sure(value: ast.expr) -> bool:
    """Whether this expression only takes what is there, or calls what does not fail."""
    match value:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=owner) | ast.UnaryOp(operand=owner) | ast.Await(value=ast.Call() as owner):
            return is_sure(owner)
        case ast.BinOp(left=left, right=right) | ast.Subscript(value=left, slice=right):
            return is_sure(left) and is_sure(right)
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values) | ast.BoolOp(values=values):
            return all(map(is_sure, values))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_sure(key) for key in keys) and all(map(is_sure, values))
        case ast.Compare(left=left, comparators=others):
            return all(map(is_sure, [left, *others]))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name), args=args) if name in _SURE.get(module, ()):
            return all(map(is_sure, args))
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[]) if name in _QUESTIONS:
            return is_sure(owner)
    return False
