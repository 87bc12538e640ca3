"""pyee: what an emitter sends, and which of its listeners are called. Listeners are wrapped when they are added."""

from __future__ import annotations

from typing import Any

import pyee

from ..errors import PlanError
from ..model.notes import DELIVER, EMIT
from ..runtime import noting
from ._names import name_of_callable
from ._shadows import shadow

_OWN_EVENTS = ("new_listener",)


class Listener:
    """A listener that notes that it is called. It equals the one that it stands for, so that this can be removed."""

    def __init__(self, event: str, function: Any) -> None:
        self.event, self.function = event, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        noting.note(DELIVER, self.event, name_of_callable(self.function))
        return self.function(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return bool(self.function == (other.function if isinstance(other, Listener) else other))

    def __hash__(self) -> int:
        return hash(self.function)


def observe(thing: Any, name: str) -> noting.Undo | None:
    """Notes what the emitter sends and to whom; returns what ends that.

    Raises:
        PlanError: it has listeners already; one that is to be called once cannot be told from the others.
    """
    if not isinstance(thing, pyee.EventEmitter):
        return None
    there = sorted(str(event) for event in thing.event_names())
    if there:
        raise PlanError(
            f"taskfail.observe: the emitter has listeners already, of {', '.join(there)}; observe it before they are added"
        )
    emit, add_listener, once = thing.emit, thing.add_listener, thing.once

    def observed_emit(event: str, *args: Any, **kwargs: Any) -> bool:
        if event not in _OWN_EVENTS:
            noting.note(EMIT, name + event)
        return bool(emit(event, *args, **kwargs))

    def observed_add(event: str, f: Any) -> Any:
        add_listener(event, f if event in _OWN_EVENTS else Listener(name + event, f))
        return f

    def observed_on(event: str, f: Any = None) -> Any:
        return observed_add(event, f) if f is not None else lambda function: observed_add(event, function)

    def observed_once(event: str, f: Any = None) -> Any:
        def add(function: Any) -> Any:
            once(event, Listener(name + event, function))
            return function

        return add if f is None else add(f)

    methods = {"emit": observed_emit, "add_listener": observed_add, "on": observed_on, "once": observed_once}
    return shadow(thing, {**methods, "listens_to": observed_on})
