"""stamina: its hooks are told of every retry that is planned, in the whole process."""

from __future__ import annotations

from typing import Any

import stamina
from stamina import instrumentation

from ..runtime import noting
from ..runtime.reading.sources import short_name


def observe(thing: Any, name: str) -> noting.Undo | None:
    """Notes each retry of whatever stamina retries, beside the hooks that are there; returns what ends that."""
    if thing is not stamina and thing is not instrumentation:
        return None
    before = instrumentation.get_on_retry_hooks()

    def tell(details: instrumentation.RetryDetails) -> None:
        error = type(details.caused_by).__name__
        noting.note_retry(name or short_name(details.name), details.retry_num, error, details.wait_for)

    instrumentation.set_on_retry_hooks([*before, tell])

    def undo() -> None:
        instrumentation.set_on_retry_hooks(before)

    return undo
