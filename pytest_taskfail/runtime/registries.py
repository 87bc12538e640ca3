"""Workers that end with an experiment are taken out of the lists in which the user's modules and classes have put them.

A worker that stands in such a list does not answer any more: the next experiment, and the next test of the suite, would find it
there and wait for it. Nothing else is put back, for what a module has made only once may be known elsewhere, too.
"""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from .in_reach import parts
from .reading import sources
from .reading.sources import Sources

SIZE_MAX = 2000
"""Elements; what has more is a table."""

_DEPTH = 2
"""How far a worker may be from what stands for it in a list: a handle refers to it, or what that refers to."""

_COLLECTIONS = frozenset({list, deque, set, dict, OrderedDict, defaultdict})


class Registries:
    """The lists, sets and dictionaries of the user's modules and classes, and what is in them now.

    Args:
        files: whose code is whose.
    """

    def __init__(self, files: Sources) -> None:
        values = [value for owner in _owners(files) for value in list(vars(owner).values())]
        known = {id(value): value for value in values if type(value) in _COLLECTIONS and len(value) <= SIZE_MAX}
        self.before = [(value, set(map(id, _inside(value)))) for value in known.values()]

    def drop(self, workers: Iterable[Any]) -> None:
        """Takes out what has come in since and stands for one of these.

        Args:
            workers: references to threads, and to what these worked for.
        """
        ended = {id(one) for one in workers}
        for collection, known in self.before if ended else ():
            with contextlib.suppress(RuntimeError):  # a thread that is not of the experiment is at work
                stale = [one for one in _inside(collection) if id(one) not in known and _stands_for(one, ended)]
                if stale:
                    _take_out(collection, set(map(id, stale)))


def workers(started: Iterable[tuple[weakref.ref[Any] | None, weakref.ref[Any] | None]]) -> Iterator[Any]:
    """The threads that have ended, and what their targets are methods of.

    Args:
        started: all threads of an experiment, each with that.
    """
    for thread, owner in started:
        one = None if thread is None else thread()
        if one is not None and not one.is_alive():
            yield one
            if owner is not None and owner() is not None:
                yield owner()


def reference(thing: Any) -> weakref.ref[Any] | None:
    """A reference that does not keep alive; `None` where there can be none."""
    try:
        return None if thing is None else weakref.ref(thing)
    except TypeError:
        return None


def _owners(files: Sources) -> Iterator[Any]:
    """The user's modules, their classes, and objects of such classes that a module has."""
    modules = {name: one for name, one in list(sys.modules.items()) if type(one) is ModuleType and _is_users(one, files)}
    for name, module in modules.items():
        yield module
        for one in list(vars(module).values()):
            if isinstance(one, type):
                if one.__module__ == name:
                    yield one
            elif type(one).__module__ in modules and hasattr(one, "__dict__"):
                yield one


def _is_users(module: ModuleType, files: Sources) -> bool:
    filename = vars(module).get("__file__")
    return isinstance(filename, str) and files.kind(filename) in (sources.USER, sources.TEST)


def _inside(collection: Any) -> list[Any]:
    """The elements; of a dictionary its keys and values."""
    return [*collection, *collection.values()] if isinstance(collection, dict) else list(collection)


def _stands_for(one: Any, ended: set[int]) -> bool:
    """Whether an object is one of these, or has one."""
    reached = [one]
    for _ in range(_DEPTH + 1):
        if any(id(part) in ended for part in reached):
            return True
        reached = [part for thing in reached for part in _parts(thing)][:SIZE_MAX]
    return False


def _parts(thing: Any) -> list[Any]:
    """What an object refers to; classes, modules and texts lead nowhere."""
    if issubclass(type(thing), type | ModuleType | str | bytes | int | float):
        return []
    with contextlib.suppress(Exception):
        return list(parts(thing))
    return []


def _take_out(collection: Any, stale: set[int]) -> None:
    if isinstance(collection, dict):
        for key in [key for key, value in collection.items() if id(key) in stale or id(value) in stale]:
            del collection[key]
    elif isinstance(collection, set):
        collection.difference_update([one for one in collection if id(one) in stale])
    else:
        left = [one for one in collection if id(one) not in stale]
        collection.clear()
        collection.extend(left)
