"""Whether a process that does not inherit its modules can import what it is to run: else a pool would wait for it for ever."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from ..errors import NotImportable

_WHERE = {
    "multiprocessing.process": ("BaseProcess", ("start",)),
    "multiprocessing.pool": ("Pool", ("apply_async", "_map_async", "imap", "imap_unordered")),
    "concurrent.futures.process": ("ProcessPoolExecutor", ("submit",)),
}


_watched: set[str] = set()


def watch(put: Callable[[Any, str, Any], None]) -> None:
    """Looks at what is given to processes and pools, once their modules have been imported."""
    for module in _WHERE.keys() & sys.modules.keys() - _watched:
        _watched.add(module)
        owner, names = _WHERE[module]
        place = getattr(sys.modules[module], owner)
        for name in names:
            put(place, name, _checking(getattr(place, name), put))


def forget() -> None:
    """The watches have been taken away."""
    _watched.clear()


def _checking(method: Any, put: Callable[[Any, str, Any], None]) -> Any:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        watch(put)  # `Pool` is imported when the first one is made, which starts processes before it gets any work
        function = args[0] if args else kwargs.get("func", getattr(self, "_target", None))
        how = _start_method(self)
        if function is not None and how not in ("", "fork"):
            check(function, how)
        return method(self, *args, **kwargs)

    return call


def _start_method(thing: Any) -> str:
    """How the processes of a pool start, or this process; empty if that is not known."""
    context = getattr(thing, "_ctx", None) or getattr(thing, "_mp_context", None)
    method = getattr(thing, "_start_method", None)
    if method is None and context is not None:
        method = context.get_start_method(allow_none=True)
    if method is None and (context is not None or hasattr(thing, "_popen")):
        default = sys.modules.get("multiprocessing.context")
        method = default._default_context.get_start_method(allow_none=True) if default is not None else None
    return method or ""


def check(function: Any, how: str) -> None:
    """Refuses a function whose module only this process has.

    Raises:
        NotImportable: with the module, and what helps.
    """
    while isinstance(function, functools.partial):
        chunk = getattr(function.func, "__name__", "") == "_process_chunk"  # of `Executor.map`
        function = function.args[0] if chunk else function.func
    name = getattr(function, "__module__", None) or type(function).__module__
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if file is None or name in ("__main__", "__mp_main__") or _is_found(name):
        return
    what = getattr(function, "__qualname__", type(function).__qualname__)
    raise NotImportable(
        f"{what} is in the module {name!r}, which a process started by {how!r} cannot import: {file} is imported here without "
        "a place on sys.path, as --import-mode=importlib does. A pool would wait for it for ever. Use --import-mode=prepend, "
        "name its folder in pytest's ini option pythonpath, or move the function to a module that can be imported"
    )


@functools.cache
def _is_found(name: str) -> bool:
    """Whether the finders of any interpreter, so not pytest's own, find this module."""
    path: Any = None
    parts = name.split(".")
    for number in range(len(parts)):
        spec = None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if find is not None and not type(finder).__module__.startswith("_pytest"):
                spec = find(".".join(parts[: number + 1]), path)
            if spec is not None:
                break
        if spec is None:
            return False
        path = spec.submodule_search_locations
        if path is None and number + 1 < len(parts):
            return False
    return True
