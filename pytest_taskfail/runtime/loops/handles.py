"""Who got the handle of a task: only a function that has failed, or the caller of the one that made it."""

from __future__ import annotations

import ast
from types import CodeType, TracebackType
from typing import Any

from ..reading import sources
from ..reading.sources import Sources
from ..reading.syntax import functions_of


def is_lost(task: Any, entry: TracebackType | None, files: Sources) -> bool:
    """Whether a task is in a local variable of production code that an exception has left, and has never been given away.

    Args:
        task: that goes on.
        entry: the traceback of what came out of the coroutine that a loop ran for.
        files: whose code is whose.
    """
    while entry is not None:
        frame, entry = entry.tb_frame, entry.tb_next
        if files.kind(frame.f_code.co_filename) != sources.USER:
            continue
        for name, value in frame.f_locals.items():
            known = value is task or (type(value) in (list, tuple, set) and any(one is task for one in value))
            if known and name in frame.f_code.co_varnames and _stays(frame.f_code, name):
                return True
    return False


def is_returned(code: CodeType, line: int) -> bool:
    """Whether a function returns what it makes by a call at this line: then it is its caller's to look at.

    Args:
        code: of the function.
        line: of the call.
    """
    function = functions_of(code.co_filename).get((code.co_firstlineno, code.co_name))
    nodes = [] if function is None else list(ast.walk(function))
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0)]
    names = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and node.value in calls:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    return any(value in calls or (isinstance(value, ast.Name) and value.id in names) for value in returned)


def _stays(code: CodeType, name: str) -> bool:
    """Whether a function gives a local variable to nobody: it only awaits it, goes through it, or calls its methods."""
    function = functions_of(code.co_filename).get((code.co_firstlineno, code.co_name))
    if function is None or name in {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}:
        return False
    allowed: set[int] = set()
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="asyncio"))):
                for argument in node.args:
                    allowed |= {id(inner) for inner in ast.walk(argument) if isinstance(inner, ast.Name)}
            case ast.Call(func=ast.Attribute(value=used)) | ast.Call(func=ast.Name(id="len"), args=[used]):
                allowed.add(id(used))
            case ast.Await(value=used) | ast.For(iter=used) | ast.comprehension(iter=used):
                allowed.add(id(used))
            case ast.If(test=used) | ast.While(test=used) | ast.UnaryOp(operand=used):
                allowed.add(id(used))
            case ast.Compare(left=left, comparators=others):
                allowed |= {id(used) for used in [left, *others]}
            case ast.BoolOp(values=values):
                allowed |= {id(used) for used in values}
    uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    return all(isinstance(use.ctx, ast.Store) or id(use) in allowed for use in uses)
