"""blinker: what a signal sends, and which receivers it is about to call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import blinker

from ..model.notes import DELIVER, EMIT
from ..runtime import noting
from ._names import name_of_callable
from ._shadows import shadow


def observe(thing: Any, name: str) -> noting.Undo | None:
    """Notes what the signal sends and to whom; returns what ends that."""
    if not isinstance(thing, blinker.Signal):
        return None
    called = name or str(getattr(thing, "name", "signal"))
    send, send_async, receivers_for = thing.send, thing.send_async, thing.receivers_for

    def observed_send(*args: Any, **kwargs: Any) -> Any:
        if not thing.is_muted:
            noting.note(EMIT, called)
        return send(*args, **kwargs)

    def observed_send_async(*args: Any, **kwargs: Any) -> Any:
        if not thing.is_muted:
            noting.note(EMIT, called)
        return send_async(*args, **kwargs)

    def observed_receivers_for(sender: Any) -> Iterator[Any]:
        for receiver in receivers_for(sender):
            noting.note(DELIVER, called, name_of_callable(receiver))
            yield receiver  # and it is called next

    methods = {"send": observed_send, "send_async": observed_send_async, "receivers_for": observed_receivers_for}
    return shadow(thing, methods)
