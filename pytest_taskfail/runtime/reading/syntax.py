"""Source files as syntax trees, and the functions in them, read once."""

from __future__ import annotations

import ast
import functools
import linecache


@functools.lru_cache(maxsize=64)
def tree_of(filename: str) -> ast.Module:
    """The tree of a file; an empty one where there is no source, or none that this Python understands."""
    try:
        return ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


@functools.lru_cache(maxsize=64)
def functions_of(filename: str) -> dict[tuple[int, str], ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a file by what their code objects say: the first line, with decorators, and the name."""
    found = [node for node in ast.walk(tree_of(filename)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {(min([node.lineno, *(one.lineno for one in node.decorator_list)]), node.name): node for node in found}
