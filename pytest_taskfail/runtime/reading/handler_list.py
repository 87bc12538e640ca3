"""Which `except`, `finally`, `with` and `else` of a retry loop a source file has."""

from __future__ import annotations

import ast
import functools
import linecache
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .syntax import tree_of

EXCEPT, FINALLY, WITH, ELSE = "except", "finally", "with", "else"
TRY = "try"
"""Not a handler: where the `except` clauses of one `try` begin to be asked."""

Spot = tuple[int, int]
"""Line, counted from 1, and column, counted from 0 in bytes of UTF-8."""

_LEFT_OUT = re.compile(r"#\s*pragma:\s*no\s+cover\b", re.IGNORECASE)
TEXT_MAX = 60


@dataclass(frozen=True, slots=True)
class Handler:
    """Code that runs because something failed.

    Args:
        kind: `except`, `finally`, `with`, or `else` (of a loop that tries again).
        line: where its keyword stands.
        key: its name within the file.
        text: as the source has it, in one line.
        spot, end: from where to where its code reaches; of a `with`, its head.
        body: first and last line of what runs.
        guarded: first and last line of what may fail.
        attempt: the key of the `try` whose exceptions it is offered; empty but for `except`.
        names: of an `except`, the last parts of the names of its types; empty for a bare one.
        left_out: whether a comment says `pragma: no cover`.
    """

    kind: str
    line: int
    key: str
    text: str
    spot: Spot
    end: Spot
    body: tuple[int, int]
    guarded: tuple[int, int]
    attempt: str = ""
    names: tuple[str, ...] = ()
    left_out: bool = False

    def contains(self, spot: Spot) -> bool:
        """Whether its code reaches over this spot."""
        return self.spot <= spot < self.end


@functools.lru_cache(maxsize=1024)
def handlers_of(filename: str) -> tuple[Handler, ...]:
    """The handlers of a file in the order of its lines; none where its source cannot be read."""
    lines = linecache.getlines(filename)
    found = [handler for node in ast.walk(tree_of(filename)) for handler in _of(node, lines)]
    return tuple(sorted(found, key=lambda handler: (handler.line, handler.spot)))


@functools.lru_cache(maxsize=1024)
def recovery_lines(filename: str) -> frozenset[int]:
    """The lines of all bodies of handlers."""
    return frozenset(line for handler in handlers_of(filename) for line in range(handler.body[0], handler.body[1] + 1))


@functools.lru_cache(maxsize=1024)
def imported_lines(filename: str) -> frozenset[int]:
    """The lines that have run in every case when the file has been imported: those of functions and of branches have not."""
    todo: list[ast.stmt] = tree_of(filename).body[:]
    found = set()
    for statement in todo:
        found |= {statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", ()))}
        if isinstance(statement, ast.ClassDef):
            todo += statement.body
    return frozenset(found)


def _of(node: ast.AST, lines: list[str]) -> Iterator[Handler]:
    if isinstance(node, ast.Try | ast.TryStar):
        guarded = _lines(node.body)
        star = "*" if isinstance(node, ast.TryStar) else ""
        for clause in node.handlers:
            text = f"except{star} {ast.unparse(clause.type)}" if clause.type is not None else "except"
            yield _make(
                EXCEPT, clause.lineno, text, _start(clause), _end(clause), _lines(clause.body), guarded, lines,
                attempt=key_of_try(node), names=_names(clause.type),
            )  # fmt: skip
        if node.finalbody:
            covered = _lines([*node.body, *node.handlers, *node.orelse])
            yield _below(FINALLY, "finally", node.finalbody, covered, lines)
    elif isinstance(node, ast.With | ast.AsyncWith):
        word = "async with" if isinstance(node, ast.AsyncWith) else "with"
        text = f"{word} {', '.join(ast.unparse(item.context_expr) for item in node.items)}"
        head = (node.lineno, node.items[-1].context_expr.end_lineno or node.lineno)
        yield _make(WITH, node.lineno, text, _start(node), _start(node.body[0]), head, _lines(node.body), lines)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.While) and node.orelse and _tries_again(node.body):
        word = "while" if isinstance(node, ast.While) else "for"
        yield _below(ELSE, f"else of the {word} loop", node.orelse, _lines(node.body), lines)


def _below(kind: str, text: str, body: list[ast.stmt], guarded: tuple[int, int], lines: list[str]) -> Handler:
    """A `finally` or an `else`: the tree does not say where the word stands."""
    line = body[0].lineno
    while line > guarded[1] and not lines[line - 1].lstrip().startswith(kind):
        line -= 1
    return _make(kind, line, text, _start(body[0]), _end(body[-1]), _lines(body), guarded, lines)


def _make(
    kind: str, line: int, text: str, spot: Spot, end: Spot, body: tuple[int, int], guarded: tuple[int, int],
    lines: list[str], attempt: str = "", names: tuple[str, ...] = (),
) -> Handler:  # fmt: skip
    text = text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 3] + "..."
    left_out = bool(_LEFT_OUT.search(lines[line - 1]))
    return Handler(kind, line, f"{kind}:{spot[0]}:{spot[1]}", text, spot, end, body, guarded, attempt, names, left_out)


def key_of_try(node: ast.Try | ast.TryStar) -> str:
    """The key under which exceptions that reach the clauses of a `try` are noted."""
    return f"{TRY}:{node.lineno}:{node.col_offset}"


def _tries_again(body: list[ast.stmt]) -> bool:
    """Whether a loop has an `except` clause of its own: its `else` is what runs when every attempt has failed."""
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Try | ast.TryStar) and node.handlers:
            return True
        todo += ast.iter_child_nodes(node)
    return False


def _names(kinds: ast.expr | None) -> tuple[str, ...]:
    elements = kinds.elts if isinstance(kinds, ast.Tuple) else [] if kinds is None else [kinds]
    return tuple(ast.unparse(element).rpartition(".")[2] for element in elements)


def _start(node: ast.stmt | ast.ExceptHandler) -> Spot:
    decorators = getattr(node, "decorator_list", [])
    return min([(node.lineno, node.col_offset), *((one.lineno, one.col_offset) for one in decorators)])


def _end(node: ast.stmt | ast.ExceptHandler) -> Spot:
    return node.end_lineno or 0, node.end_col_offset or 0


def _lines(body: Sequence[ast.stmt | ast.ExceptHandler]) -> tuple[int, int]:
    return _start(body[0])[0], body[-1].end_lineno or 0
