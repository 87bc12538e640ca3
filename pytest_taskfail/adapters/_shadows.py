"""Methods of one object, observed: a function of the same name in the object itself comes before that of its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..runtime import noting


def shadow(thing: Any, methods: Mapping[str, Callable[..., Any]]) -> noting.Undo:
    """Puts these functions in place of the methods; returns what puts the methods back."""
    before = {name: vars(thing)[name] for name in methods if name in vars(thing)}
    vars(thing).update(methods)

    def undo() -> None:
        for name in methods:
            vars(thing).pop(name, None)
        vars(thing).update(before)

    return undo
