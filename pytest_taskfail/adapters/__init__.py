"""Floor 2: one file for each kind of executor. `wrap` asks them in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import PlanError
from . import executors

_ALL = (executors,)


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
