"""Source files as syntax trees, read once."""

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
