"""Floor 2: one file for each kind of executor, and for each library that is observed. `wrap` and `observe` ask them in turn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import PlanError
from ..runtime.noting import Undo
from . import executors

_ALL = (executors,)
_OBSERVED = ("tenacity", "stamina", "pybreaker", "pyee", "blinker")
"""Libraries that can be observed; an adapter is imported only when its library has been."""


def wrap(thing: Any, others: Callable[[Any], Any] = lambda thing: None) -> Any:
    """Puts an executor under control.

    Args:
        thing: the executor.
        others: asked first: the adapters of plugins, which give `None` for what they do not know.

    Raises:
        PlanError: no adapter knows such an object.
    """
    for adapt in (others, *(adapter.wrap for adapter in _ALL)):
        wrapped = adapt(thing)
        if wrapped is not None:
            return wrapped
    raise PlanError(f"taskfail.wrap: nothing is known of a {type(thing).__name__}; give an executor, or an object with 'submit'")


def observe(thing: Any, name: str = "") -> Undo:
    """Notes what a library does with this thing, through the library's own hooks; returns what ends that.

    Args:
        thing: a function that tenacity retries, the module `stamina`, a breaker of pybreaker, an emitter of pyee, a signal of
            blinker.
        name: what it is called in the trace; in front of the event's name for an emitter; by default its own name.

    Raises:
        PlanError: nothing is known of such a thing.
    """
    for library in _OBSERVED:
        if library in sys.modules:
            undo: Undo | None = import_module(f".{library}", __name__).observe(thing, name)
            if undo is not None:
                return undo
    raise PlanError(
        f"taskfail.observe: nothing is known of a {type(thing).__name__}; give a function that tenacity retries, the module "
        "stamina, a breaker of pybreaker, an emitter of pyee or a signal of blinker, and for anything else use taskfail.note"
    )
