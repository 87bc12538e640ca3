"""Which exception handlers surround a line, read from the source."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType, MappingProxyType
from typing import Any

from . import beginnings, misuse, signals_only
from .harmless import ends_taken, fails_only_inside, taken, takes_all
from .syntax import tree_of
from .variables import Variables

_NONE: Mapping[str, Any] = MappingProxyType({})
_ENDS = frozenset({"__exit__", "__aexit__", "close", "aclose"})
"""Methods by which the language ends what was begun: those of `with`, `contextlib.closing` and `aclosing`."""

_STANDS = frozenset("Empty Full ShutDown QueueEmpty QueueFull QueueShutDown InvalidStateError".split())
"""Exceptions of the standard library by which queues and futures say how they stand."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A `try` body or a `with suppress(...)` body: its lines and the types it is prepared for (`None` is a bare except)."""

    first: int
    last: int
    types: tuple[ast.expr | None, ...]


@dataclass(slots=True)
class Scope:
    """One function: what it raises and calls outside of handlers that take it anyway, its guards, outermost first, and the
    lines of its handlers and `finally` bodies.

    `cleanup` are those that end what was begun: `finally`, and handlers that end with a bare `raise`. `effects` are the lines
    that change something that outlives the call.
    """

    raises: list[ast.expr] = field(default_factory=list)
    effects: list[int] = field(default_factory=list)
    calls: list[ast.expr] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    recovery: list[tuple[int, int]] = field(default_factory=list)
    withs: list[tuple[int, int]] = field(default_factory=list)
    cleanup: list[tuple[int, int]] = field(default_factory=list)
    begins_guarded: bool = False
    first_call: ast.expr | None = None
    own_guard: bool = False
    takes_all: bool = False
    ends_taken: bool = False
    signals: list[ast.expr] | None = None


def scope_of(code: CodeType) -> Scope:
    """What the source of this function says; an empty scope where there is no source."""
    return _scopes(code.co_filename).get((code.co_firstlineno, code.co_name)) or Scope()


def types_raised(code: CodeType, names: Mapping[str, Any]) -> list[type[BaseException]]:
    """The types that the function's own `raise` statements name."""
    found = [kind for raised in scope_of(code).raises for kind in _types_of(_callee(raised), names, {})]
    return [kind for kind in dict.fromkeys(found) if kind is not AssertionError]


def types_refused(code: CodeType, names: Mapping[str, Any]) -> list[type[BaseException]]:
    """The types that the function raises only before it has changed anything: by them it says that nothing was done."""
    scope = scope_of(code)
    first = min(scope.effects, default=0)
    early: list[type[BaseException]] = []
    late: list[type[BaseException]] = []
    for raised in scope.raises:
        (early if raised.lineno < first else late).extend(_types_of(_callee(raised), names, {}))
    return [kind for kind in early if kind not in late and not issubclass(kind, OSError)]


def has_raise(code: CodeType, names: Mapping[str, Any]) -> bool:
    """Whether the function raises anything by itself but an `AssertionError`, or that a queue is full or empty."""
    raised = [_types_of(_callee(one), names, {}) for one in scope_of(code).raises]
    return any(AssertionError not in kinds and not (kinds and all(map(_says_how_it_stands, kinds))) for kinds in raised)


def _says_how_it_stands(kind: type[BaseException]) -> bool:
    """Whether an exception only says how a queue or a future stands: that is no failure of anything."""
    return kind.__name__ in _STANDS and kind.__module__.partition(".")[0] in ("queue", "_queue", "asyncio", "concurrent")


def callees(code: CodeType, names: Mapping[str, Any], own: Mapping[str, Any]) -> list[Any]:
    """What the function's calls call, as far as names tell."""
    found = [value_of(called, names, own) for called in scope_of(code).calls]
    return [value for value in found if callable(value)]


def raises_at(code: CodeType, line: int) -> bool:
    """Whether a `raise` statement of the function is at this line."""
    return any(one.lineno <= line <= (one.end_lineno or 0) for one in scope_of(code).raises)


def _callee(expression: ast.expr) -> ast.expr:
    return expression.func if isinstance(expression, ast.Call) else expression


def guards_around(code: CodeType, line: int) -> list[Guard]:
    """The guards around a line of this function, innermost first."""
    return [guard for guard in reversed(scope_of(code).guards) if guard.first <= line <= guard.last]


def in_recovery(code: CodeType, line: int) -> bool:
    """Whether a line of this function is in an `except` or `finally` body."""
    return any(first <= line <= last for first, last in scope_of(code).recovery)


def in_with(code: CodeType, line: int) -> bool:
    """Whether a line of this function is in the body of a `with` that may take exceptions, as it does not say which."""
    return any(first <= line <= last for first, last in scope_of(code).withs)


def in_cleanup(frame: FrameType, exits: bool = True) -> bool:
    """Whether this frame is just ending what was begun: in a `finally`, a handler that raises again, `__exit__`, or `close`.

    Args:
        frame: of the user or of a library.
        exits: whether `__exit__` counts: that of a library may do other work, as a group does, which waits for its tasks there.
    """
    code, line = frame.f_code, frame.f_lineno or 0
    if exits and code.co_name in _ENDS:
        return True
    return any(first <= line <= last for first, last in scope_of(code).cleanup)


def begins_guarded(code: CodeType, names: Mapping[str, Any] = _NONE, own: Mapping[str, Any] = _NONE, depth: int = 3) -> bool:
    """Whether nothing can fail before the function is inside of a `try`, or of its endless loop, or calls one that is then."""
    scope = scope_of(code)
    if scope.begins_guarded or scope.first_call is None or depth == 0:
        return scope.begins_guarded
    function = value_of(scope.first_call, names, own)
    inner = getattr(function, "__code__", None)
    if inner is None:
        return False
    owner = value_of(scope.first_call.value, names, own) if isinstance(scope.first_call, ast.Attribute) else None
    its_own = {inner.co_varnames[0]: owner} if owner is not None and inner.co_varnames else {}
    return begins_guarded(inner, function.__globals__, its_own, depth - 1)


def only_signals(code: CodeType, names: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether the function does nothing but take locks and give signals, as far as names tell."""
    found = scope_of(code).signals
    return bool(found) and all(signals_only.is_primitive(value_of(part, names, own)) for part in found or ())


def cannot_fail(code: CodeType) -> bool:
    """Whether whatever fails inside of the function is taken by its own handlers."""
    return scope_of(code).takes_all


def ends_guarded(code: CodeType) -> bool:
    """Whether whatever fails last in the function is taken by its own handlers: nothing fails behind that."""
    return scope_of(code).ends_taken


def fails_inside(code: CodeType) -> bool:
    """Whether the function fails only by what it calls, and only inside of its `try`, or behind it."""
    return scope_of(code).own_guard


def prepared_types(frame: FrameType, whole_function: bool = False) -> list[type[BaseException]]:
    """The types that this frame's handlers around its present line name, innermost first; all of its function's on request."""
    code, line = frame.f_code, frame.f_lineno or 0
    if whole_function:
        guards = scope_of(code).guards
    else:
        guards = guards_around(code, line)
    found: dict[type[BaseException], None] = {}
    for guard in guards:
        for expression in guard.types:
            for kind in _types_of(expression, frame.f_globals, Variables(frame)):
                found[kind] = None
    return list(found)


def catches(code: CodeType, line: int, names: Mapping[str, Any], error: BaseException) -> bool:
    """Whether a handler around this line takes this exception."""
    for guard in guards_around(code, line):
        for expression in guard.types:
            if isinstance(error, tuple(_types_of(expression, names, {}))):
                return True
    return False


def caught_as(frame: FrameType, line: int, error: BaseException) -> list[type[BaseException]]:
    """The types named by the clause that takes this exception at a line of this frame, innermost first; empty if none does."""
    for guard in guards_around(frame.f_code, line):
        for expression in guard.types:
            kinds = _types_of(expression, frame.f_globals, Variables(frame))
            if isinstance(error, tuple(kinds)):
                return kinds
    return []


def _types_of(expression: ast.expr | None, names: Mapping[str, Any], own: Mapping[str, Any]) -> list[type[BaseException]]:
    if expression is None:
        return [BaseException]
    if isinstance(expression, ast.Tuple):
        return [kind for element in expression.elts for kind in _types_of(element, names, own)]
    value = value_of(expression, names, own)
    kinds = value if isinstance(value, tuple) else (value,)
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseException)]


def value_of(expression: ast.expr, names: Mapping[str, Any], own: Mapping[str, Any]) -> Any:
    """What a name, or an attribute of one, stands for; `None` where that is not known."""
    if isinstance(expression, ast.Name):
        for space in (own, names, vars(builtins)):
            if expression.id in space:
                return space[expression.id]
    if isinstance(expression, ast.Attribute):
        value = inspect.getattr_static(value_of(expression.value, names, own), expression.attr, None)
        return value.__func__ if isinstance(value, staticmethod | classmethod) else value
    return None


@functools.lru_cache(maxsize=512)
def _scopes(filename: str) -> dict[tuple[int, str], Scope]:
    tree = tree_of(filename)
    scopes: dict[tuple[int, str], Scope] = {}
    _walk(tree, scopes.setdefault((1, "<module>"), Scope()), scopes, taken(tree) | misuse.raises(tree))
    return scopes


def _walk(node: ast.AST, scope: Scope, scopes: dict[tuple[int, str], Scope], taken_here: set[ast.AST]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            inner = scopes.setdefault((first, child.name), Scope())
            inner.begins_guarded = beginnings.guard_of(child.body) is not None
            inner.first_call = beginnings.first_call(child.body)
            inner.takes_all = takes_all(child.body)
            inner.ends_taken = ends_taken(child.body)
            inner.signals = signals_only.parts(child.body)
            inner.own_guard = fails_only_inside(child)
            _walk(child, inner, scopes, taken_here)
            continue
        if isinstance(child, ast.Try | ast.TryStar):
            types = tuple(handler.type for handler in child.handlers)
            if any(_leaves(statement) for statement in child.finalbody):
                types = (*types, None)
            if types:
                scope.guards.append(Guard(child.body[0].lineno, child.body[-1].end_lineno or 0, types))
            for body in [*(handler.body for handler in child.handlers), child.finalbody]:
                if body:
                    scope.recovery.append((body[0].lineno, body[-1].end_lineno or 0))
                    if body is child.finalbody or (isinstance(body[-1], ast.Raise) and body[-1].exc is None):
                        scope.cleanup.append((body[0].lineno, body[-1].end_lineno or 0))
        elif isinstance(child, ast.With | ast.AsyncWith):
            types = tuple(kind for item in child.items for kind in _suppressed(item.context_expr))
            if types:
                scope.guards.append(Guard(child.body[0].lineno, child.body[-1].end_lineno or 0, types))
            else:
                scope.withs.append((child.body[0].lineno, child.body[-1].end_lineno or 0))
        elif _changes(child):
            scope.effects.append(child.lineno)  # type: ignore[attr-defined]
        elif isinstance(child, ast.Raise) and child.exc is not None and child not in taken_here:
            scope.raises.append(child.exc)
        elif isinstance(child, ast.Call) and child not in taken_here:
            scope.calls.append(child.func)
        _walk(child, scope, scopes, taken_here)


def _changes(node: ast.AST) -> bool:
    """Whether a statement changes something that outlives the call; a count that goes up by one does not."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Attribute | ast.Subscript) and not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Delete):
        return any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)


def _leaves(node: ast.AST) -> bool:
    """Whether a `finally` body drops what is on its way through it: by a `return`, or by leaving the loop around it (PEP 765)."""
    if isinstance(node, ast.Return | ast.Break | ast.Continue):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        return False
    loops = isinstance(node, ast.For | ast.AsyncFor | ast.While)
    inner = [child for child in ast.iter_child_nodes(node) if not (loops and isinstance(child, ast.Break | ast.Continue))]
    return any(_leaves(child) for child in inner)


def _suppressed(expression: ast.expr) -> list[ast.expr]:
    if isinstance(expression, ast.Call):
        called = expression.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if name == "suppress":
            return expression.args
    return []
