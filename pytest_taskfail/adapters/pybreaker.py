"""pybreaker: a listener sees the states of a breaker, and the failures that it counts."""

from __future__ import annotations

from typing import Any

import pybreaker

from ..model.notes import BREAKER, COUNTED, error_text
from ..runtime import noting


class Listener(pybreaker.CircuitBreakerListener):
    """Notes what happens to one breaker."""

    def __init__(self, name: str) -> None:
        self.name = name

    def failure(self, cb: Any, exc: BaseException) -> None:
        noting.note(COUNTED, self.name, error_text(exc))

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        noting.note(BREAKER, self.name, new_state.name)


def observe(thing: Any, name: str) -> noting.Undo | None:
    """Notes the state that the breaker is in and each later one; returns what ends that."""
    if not isinstance(thing, pybreaker.CircuitBreaker):
        return None
    listener = Listener(name or thing.name or "breaker")
    noting.note(BREAKER, listener.name, str(thing.current_state))
    thing.add_listener(listener)

    def undo() -> None:
        thing.remove_listener(listener)

    return undo
