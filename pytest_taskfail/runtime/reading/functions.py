"""What a callable is underneath: the function that was decorated, or given with arguments, and its code."""

from __future__ import annotations

import functools
import inspect
from types import CodeType
from typing import Any


def code_of(function: Any) -> CodeType | None:
    """The code of a Python function or method; `None` for anything else."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def bare(function: Any) -> Any:
    """What was given with arguments, through `functools.partial`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def unwrapped(function: Any) -> Any:
    """What was decorated, or given with arguments."""
    return inspect.unwrap(bare(function))
