"""What a function is called in the events of observers."""

from __future__ import annotations

from typing import Any

from ..runtime.reading.sources import short_name


def name_of_callable(function: Any) -> str:
    """Its qualified name, without the functions it is nested in."""
    inner = getattr(function, "func", function)
    return short_name(str(getattr(inner, "__qualname__", "") or type(inner).__name__))
