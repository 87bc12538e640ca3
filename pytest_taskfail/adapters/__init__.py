"""Floor 2: one file for each kind of executor. `wrap` asks them in turn."""

from __future__ import annotations

from typing import Any

from ..errors import PlanError
from . import executors

_ALL = (executors,)


def wrap(thing: Any) -> Any:
    """Puts an executor under control.

    Raises:
        PlanError: no adapter knows such an object.
    """
    for adapter in _ALL:
        wrapped = adapter.wrap(thing)
        if wrapped is not None:
            return wrapped
    raise PlanError(f"taskfail.wrap: nothing is known of a {type(thing).__name__}; give an executor, or an object with 'submit'")
