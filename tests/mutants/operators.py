"""Typical mistakes in the handling of failures, as changes of a syntax tree. None knows the program that it is applied to.

An operator is a function from a node to its mutants: each the statements that take the node's place, or the changed node.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator
from typing import Any

Mutants = Iterator[Any]
Operator = Callable[[ast.AST], Mutants]

CANCEL = {"cancel"}
SIGNAL = {"set", "notify", "notify_all", "set_result", "set_exception", "put", "put_nowait", "task_done", "release", "abort"}
CLEAN_UP = {"join", "shutdown", "close", "aclose", "terminate", "clear", "discard", "stop"}
READ = {"result", "exception", "add_done_callback"}
UNTIMED = {"wait", "join", "get", "put", "acquire", "result", "exception", "wait_for", "timeout", "as_completed", "fail_after"}
KEYS = {"key", "token"}

# -- protection --------------------------------------------------------------------------------------------------------


def finally_removed(node: ast.AST) -> Mutants:
    """What stands in `finally` is done after a success only."""
    if isinstance(node, ast.Try) and node.finalbody:
        kept = ast.Try(node.body, node.handlers, node.orelse, [])
        body = [kept] if node.handlers else [*node.body, *node.orelse]
        yield followed(body, node.finalbody)


def with_unprotected(node: ast.AST) -> Mutants:
    """`with lock:` becomes acquire and release without protection."""
    if isinstance(node, ast.With | ast.AsyncWith) and len(node.items) == 1 and is_lock(node.items[0]):
        lock = node.items[0].context_expr
        taken: ast.expr = called(lock, "acquire")
        taken = ast.Await(taken) if isinstance(node, ast.AsyncWith) else taken
        yield [ast.Expr(taken), *followed(node.body, [ast.Expr(called(lock, "release"))])]


def pool_not_shut_down(node: ast.AST) -> Mutants:
    """`with Executor() as pool:` becomes an executor that is shut down after a success only."""
    if isinstance(node, ast.With) and len(node.items) == 1 and isinstance(node.items[0].optional_vars, ast.Name):
        pool, name = node.items[0].context_expr, node.items[0].optional_vars
        if isinstance(pool, ast.Call) and name_of(pool.func).endswith("Executor"):
            end = ast.Expr(called(ast.Name(name.id, ast.Load()), "shutdown"))
            yield [ast.Assign([name], pool), *followed(node.body, [end])]


def acquired_in_try(node: ast.AST) -> Mutants:
    """What is given back in `finally` is taken inside of the `try` too."""
    for body in bodies(node):
        for number, (first, second) in enumerate(itertools.pairwise(body)):
            if isinstance(first, ast.Assign) and isinstance(second, ast.Try) and has_call(first) and second.finalbody:
                inside = ast.Try([first, *second.body], second.handlers, second.orelse, second.finalbody)
                yield in_body(node, body, [*body[:number], inside, *body[number + 2 :]])


# -- what is forgotten -------------------------------------------------------------------------------------------------


def cancel_dropped(node: ast.AST) -> Mutants:
    """Nobody is cancelled."""
    yield from dropped(node, CANCEL)


def signal_dropped(node: ast.AST) -> Mutants:
    """Nobody is told."""
    yield from dropped(node, SIGNAL)


def clean_up_dropped(node: ast.AST) -> Mutants:
    """Nobody cleans up, or waits for the end."""
    yield from dropped(node, CLEAN_UP)


def result_unread(node: ast.AST) -> Mutants:
    """Nobody looks at a future."""
    yield from dropped(node, READ)


def handler_shortened(node: ast.AST) -> Mutants:
    """One statement less in a handler or in `finally`."""
    blocks = []
    if isinstance(node, ast.ExceptHandler):
        blocks.append(node.body)
    if isinstance(node, ast.Try) and node.finalbody:
        blocks.append(node.finalbody)
    for block in blocks:
        for statement in block:
            if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
                yield in_body(node, block, without(block, statement))


def handler_removed(node: ast.AST) -> Mutants:
    """A failure is not handled."""
    if isinstance(node, ast.Try) and node.handlers:
        body = [*node.body, *node.orelse]
        yield [ast.Try(body, [], [], node.finalbody)] if node.finalbody else body


def raise_dropped(node: ast.AST) -> Mutants:
    """A handler does not raise again."""
    if isinstance(node, ast.ExceptHandler):
        for statement in node.body:
            if isinstance(statement, ast.Raise):
                yield in_body(node, node.body, without(node.body, statement))


def break_dropped(node: ast.AST) -> Mutants:
    """A loop goes on."""
    if isinstance(node, ast.Break):
        yield [ast.Pass()]


def timeout_dropped(node: ast.AST) -> Mutants:
    """A wait has no time limit."""
    if not isinstance(node, ast.Call) or name_of(node.func) not in UNTIMED:
        return
    name = name_of(node.func)
    for keyword in node.keywords:
        if keyword.arg in ("timeout", "delay"):
            yield ast.Call(node.func, node.args, [one for one in node.keywords if one is not keyword])
    if name == "wait_for" and len(node.args) == 2:
        yield ast.Call(node.func, [node.args[0], ast.Constant(None)], node.keywords)
    elif name in ("timeout", "fail_after") and node.args:
        yield ast.Call(node.func, [ast.Constant(None)], node.keywords)
    elif name in ("wait", "join", "result") and len(node.args) == 1:
        whose = name_of(getattr(node.func, "value", node.func))
        if isinstance(node.args[0], ast.Constant | ast.Name) and whose not in ("asyncio", "futures", "path", name):
            yield ast.Call(node.func, [], node.keywords)


def shield_dropped(node: ast.AST) -> Mutants:
    """What must come to its end is cancelled with its caller."""
    if isinstance(node, ast.Call) and name_of(node.func) == "shield" and len(node.args) == 1:
        yield node.args[0]


def key_dropped(node: ast.AST) -> Mutants:
    """Each attempt has a key of its own."""
    if isinstance(node, ast.Call):
        for number, keyword in enumerate(node.keywords):
            if keyword.arg in KEYS and not isinstance(keyword.value, ast.Constant | ast.Lambda):
                keywords = list(node.keywords)
                keywords[number] = ast.keyword(keyword.arg, ast.Call(ast.Name("object", ast.Load()), [], []))
                yield ast.Call(node.func, node.args, keywords)


# -- orders ------------------------------------------------------------------------------------------------------------


def lock_removed(node: ast.AST) -> Mutants:
    """`with lock:` without the lock."""
    if isinstance(node, ast.With | ast.AsyncWith) and len(node.items) == 1 and is_lock(node.items[0]):
        yield node.body


def locks_swapped(node: ast.AST) -> Mutants:
    """Two locks in the other order."""
    if not isinstance(node, ast.With | ast.AsyncWith):
        return
    if len(node.items) == 2:
        yield type(node)([node.items[1], node.items[0]], node.body)
    inner = node.body[0]
    if len(node.items) == len(node.body) == 1 and isinstance(inner, ast.With | ast.AsyncWith):
        yield type(node)(inner.items, [type(inner)(node.items, inner.body)])


def wait_once(node: ast.AST) -> Mutants:
    """A condition is looked at once before the wait, and not again after it."""
    if isinstance(node, ast.While) and len(node.body) == 1 and isinstance(node.body[0], ast.Expr):
        awaited = node.body[0].value
        value = awaited.value if isinstance(awaited, ast.Await) else awaited
        if isinstance(value, ast.Call) and name_of(value.func) == "wait":
            yield ast.If(node.test, node.body, [])


def notify_one(node: ast.AST) -> Mutants:
    """One is woken where all should be."""
    if isinstance(node, ast.Call) and name_of(node.func) == "notify_all" and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Attribute(node.func.value, "notify", ast.Load()), [], [])


# -- what is taken for something else ----------------------------------------------------------------------------------


def except_widened(node: ast.AST) -> Mutants:
    """A handler takes everything, cancellations too."""
    if isinstance(node, ast.ExceptHandler) and node.type is not None and name_of(node.type) != "BaseException":
        yield ast.ExceptHandler(ast.Name("BaseException", ast.Load()), node.name, node.body)
    if isinstance(node, ast.Call) and name_of(node.func) == "suppress":
        yield ast.Call(node.func, [ast.Name("BaseException", ast.Load())], [])


def except_any(node: ast.AST) -> Mutants:
    """A handler takes every failure: so a loop tries again whatever happened."""
    if isinstance(node, ast.ExceptHandler) and node.type is not None and name_of(node.type) not in ("Exception", "BaseException"):
        yield ast.ExceptHandler(ast.Name("Exception", ast.Load()), node.name, node.body)


def except_ignoring(node: ast.AST) -> Mutants:
    """A handler takes everything and does nothing."""
    if isinstance(node, ast.ExceptHandler) and node.type is not None:
        yield ast.ExceptHandler(ast.Name("BaseException", ast.Load()), node.name, [ast.Pass()])


def gather_toggled(node: ast.AST) -> Mutants:
    """A gather returns exceptions where it raised them, and the other way round."""
    if isinstance(node, ast.Call) and name_of(node.func) == "gather":
        others = [one for one in node.keywords if one.arg != "return_exceptions"]
        returns = ast.keyword("return_exceptions", ast.Constant(True))
        yield ast.Call(node.func, node.args, others if len(others) < len(node.keywords) else [*others, returns])


def group_to_gather(node: ast.AST) -> Mutants:
    """A task group becomes a gather of tasks: the others are not cancelled at a failure."""
    if isinstance(node, ast.AsyncWith) and len(node.items) == 1 and isinstance(node.items[0].optional_vars, ast.Name):
        group, name = node.items[0].context_expr, node.items[0].optional_vars.id
        if isinstance(group, ast.Call) and name_of(group.func) == "TaskGroup":
            body = [OfGroup(name).visit(copy.deepcopy(one)) for one in node.body]
            made = ast.Assign([ast.Name("_tasks", ast.Store())], ast.List([], ast.Load()))
            waits = ast.parse("import asyncio\nawait asyncio.gather(*_tasks)").body
            yield [made, *body, *waits]


def first_failure_not_awaited(node: ast.AST) -> Mutants:
    """All are waited for, where the first failure should end the wait."""
    if isinstance(node, ast.Name) and node.id == "FIRST_EXCEPTION":
        yield ast.Constant("ALL_COMPLETED")
    if isinstance(node, ast.Attribute) and node.attr == "FIRST_EXCEPTION":
        yield ast.Constant("ALL_COMPLETED")


# -- numbers and order -------------------------------------------------------------------------------------------------


def condition_negated(node: ast.AST) -> Mutants:
    """A condition the other way round."""
    if isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def one_more(node: ast.AST) -> Mutants:
    """One attempt too many."""
    if isinstance(node, ast.Call) and name_of(node.func) in ("range", "stop_after_attempt") and len(node.args) == 1:
        yield ast.Call(node.func, [ast.BinOp(node.args[0], ast.Add(), ast.Constant(1))], node.keywords)


def one_less(node: ast.AST) -> Mutants:
    """One attempt too few."""
    if isinstance(node, ast.Call) and name_of(node.func) in ("range", "stop_after_attempt") and len(node.args) == 1:
        yield ast.Call(node.func, [ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1))], node.keywords)


def without_end(node: ast.AST) -> Mutants:
    """Attempts without a last one."""
    if isinstance(node, ast.For) and isinstance(node.iter, ast.Call):
        tries = any(isinstance(one, ast.Try) for one in node.body)
        if tries and name_of(node.iter.func) == "range":
            counted = ast.parse("__import__('itertools').count()", mode="eval").body
            yield ast.For(node.target, counted, node.body, node.orelse)


def swapped(node: ast.AST) -> Mutants:
    """Two steps in the wrong order; not in a constructor, where nobody looks on."""
    if getattr(node, "name", "") == "__init__":
        return
    for body in bodies(node):
        for number, (first, second) in enumerate(itertools.pairwise(body)):
            simple = all(isinstance(one, ast.Expr | ast.Assign | ast.AugAssign | ast.AnnAssign) for one in (first, second))
            if simple and has_call(first) and not (bound(first) & used(second)) and (has_call(second) or changes(second)):
                yield in_body(node, body, [*body[:number], second, first, *body[number + 2 :]])


OPERATORS: dict[str, Operator] = {
    name.replace("_", "-"): operator
    for name, operator in dict(globals()).items()
    if callable(operator) and getattr(operator, "__annotations__", {}).get("return") == "Mutants"
    if name != "dropped"
}
"""By name; the names stand in the ids of mutants."""


# -- what they share ---------------------------------------------------------------------------------------------------


def dropped(node: ast.AST, names: set[str]) -> Mutants:
    if isinstance(node, ast.Expr):
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in names:
            yield [ast.Pass()]


def followed(body: list[Any], after: list[Any]) -> list[Any]:
    """Statements, then others: also before each `return` among them, but after what is returned has been made."""
    made = [part for one in body for part in _as_list(Returns(after).visit(copy.deepcopy(one)))]
    return made if _leaves(body[-1]) else [*made, *after]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _leaves(statement: ast.stmt) -> bool:
    """Whether nothing comes after a statement."""
    if isinstance(statement, ast.With | ast.AsyncWith):
        return _leaves(statement.body[-1])
    return isinstance(statement, ast.Return | ast.Raise)


class Returns(ast.NodeTransformer):
    """Puts statements before each `return`."""

    def __init__(self, after: list[Any]) -> None:
        self.after = after

    def visit_Return(self, node: ast.Return) -> Any:
        if node.value is None:
            return [*copy.deepcopy(self.after), node]
        kept = ast.Assign([ast.Name("_returned", ast.Store())], node.value)
        return [kept, *copy.deepcopy(self.after), ast.Return(ast.Name("_returned", ast.Load()))]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node


def is_lock(item: ast.withitem) -> bool:
    """Whether a `with` takes something that has a name and gives it none."""
    return item.optional_vars is None and isinstance(item.context_expr, ast.Name | ast.Attribute | ast.Subscript)


def called(what: ast.expr, method: str) -> ast.Call:
    return ast.Call(ast.Attribute(what, method, ast.Load()), [], [])


def name_of(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def bodies(node: ast.AST) -> Iterator[list[Any]]:
    for field in ("body", "orelse", "finalbody"):
        value = getattr(node, field, None)
        if isinstance(value, list) and not isinstance(node, ast.Module | ast.ClassDef):
            yield value


def in_body(node: ast.AST, body: list[Any], new: list[Any]) -> Any:
    """The node with another block."""
    made = copy.copy(node)
    for field in ("body", "orelse", "finalbody"):
        if getattr(node, field, None) is body:
            setattr(made, field, new)
    return made


def without(body: list[Any], statement: ast.stmt) -> list[Any]:
    return [one for one in body if one is not statement] or [ast.Pass()]


def has_call(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Call) for one in ast.walk(node))


def changes(node: ast.AST) -> bool:
    """Whether a statement changes an attribute or an item."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(one, ast.Attribute | ast.Subscript) for one in targets)


def bound(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def used(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


class OfGroup(ast.NodeTransformer):
    """`group.create_task(x)` becomes a task of the loop that is kept in a list."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "create_task" and name_of(node.func.value) == self.name:
            made = ast.Call(ast.parse("__import__('asyncio').create_task", mode="eval").body, node.args, node.keywords)
            kept = ast.Call(ast.Attribute(ast.Name("_tasks", ast.Load()), "append", ast.Load()), [made], [])
            last = ast.Subscript(ast.Name("_tasks", ast.Load()), ast.UnaryOp(ast.USub(), ast.Constant(1)), ast.Load())
            return ast.BoolOp(ast.Or(), [kept, last])
        return node
