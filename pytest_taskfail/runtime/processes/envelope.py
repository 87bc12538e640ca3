"""The envelope around a callable that goes to another process: which task it is, and where the experiment's orders lie."""

from __future__ import annotations

from typing import Any

from . import side


class Envelope:
    """Runs the callable as a task of the experiment, in whatever process it arrives.

    Args:
        folder: of the experiment.
        task: path of the task; of a `map`, whose items bring their own, it is empty.
        function: the callable.
        prepared: names of exception types that those who submitted it are prepared for.
    """

    def __init__(self, folder: str, task: str, function: Any, prepared: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.task = task
        self.function = function
        self.prepared = prepared

    @property
    def __name__(self) -> str:
        return str(getattr(self.function, "__name__", type(self.function).__name__))

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        task = self.task
        if not task:
            (task, args) = (args[0], args[1:])
        return side.enter(self.folder).run(task, self.function, args, kwargs, self.prepared)


class MapEnvelope(Envelope):
    """The envelope of a `map`: each item is a pair of its task's path and the item itself."""

    def __call__(self, numbered: tuple[str, Any], /) -> Any:
        task, item = numbered
        return side.enter(self.folder).run(task, self.function, (item,), {}, self.prepared)


class Fragile:
    """Stands for arguments or a result that cannot be encoded, or not be decoded again."""

    def __init__(self, encodes: bool) -> None:
        self.encodes = encodes

    def __reduce__(self) -> Any:
        if not self.encodes:
            raise failure("encoded")
        return _undecodable, ()


def failure(what: str) -> Exception:
    """The error of pickle that stands for a value that cannot be encoded or decoded."""
    import pickle

    return side.mark(pickle.PicklingError(f"cannot be {what}: injected by taskfail"), what)


def _undecodable() -> Any:
    import pickle

    raise side.mark(pickle.UnpicklingError("cannot be decoded: injected by taskfail"), "decoded")
