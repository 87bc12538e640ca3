"""Whose code a file is: decided by where it lies."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import os
import queue
import sysconfig
import threading
from collections.abc import Callable
from types import CodeType, FrameType

from ...model.traces import Place

MACHINERY, STDLIB, TOOL, LIBRARY, TEST, USER = "machinery", "stdlib", "tool", "library", "test", "user"
"""threading, queue, concurrent.futures, asyncio, contextlib and ourselves; the rest of the standard library; pytest and its like;
installed packages; test files; the user's other files."""

HERE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
"""The folder of our own files."""

_STDLIB = tuple({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")})
_MACHINERY = (
    os.path.realpath(threading.__file__),
    os.path.realpath(queue.__file__),
    os.path.realpath(contextlib.__file__),
    os.path.realpath(functools.__file__),
    os.path.join(os.path.dirname(os.path.realpath(threading.__file__)), "concurrent" + os.sep),
    os.path.join(os.path.dirname(os.path.realpath(threading.__file__)), "asyncio" + os.sep),
    HERE + os.sep,
)
_TOOLS = frozenset(
    "pytest _pytest pluggy xdist execnet hypothesis coverage pytest_cov pytest_timeout pytest_rerunfailures pytest_randomly "
    "pytest_asyncio pytest_mock pytest_html pytest_benchmark pytest_metadata _hypothesis_pytestplugin iniconfig py".split()
)


INSIDE, WATCHED, ASIDE = "inside", "watched", "aside"
"""Beside `MACHINERY`, the layers of a stack: our own frames, those whose operations are points, all others."""


class _Known(dict[str, str]):
    """What `sort` says of each key; asked once."""

    def __init__(self, sort: Callable[[str], str]) -> None:
        self.sort = sort

    def __missing__(self, key: str) -> str:
        value = self[key] = self.sort(key)
        return value


class Sources:
    """Sorts source files.

    Args:
        root: folder that places are named relative to.
        test_patterns: what test files are called; `conftest.py` always is one.
    """

    def __init__(self, root: str, test_patterns: tuple[str, ...] = ("test_*.py", "*_test.py")) -> None:
        self.root = os.path.realpath(root)
        self.test_patterns = test_patterns
        self.extra_test_files: set[str] = set()
        self._kinds = _Known(self._sort)
        self._names: dict[str, str] = {}
        self._places: dict[tuple[str, int, str], Place] = {}
        self._makers: dict[tuple[str, int, int], str] = {}
        self.layers = _Known(self._layer)
        """Whose file it is, as the walk from an operation out to the user's frame asks: one of the layers above."""

    def kind(self, filename: str) -> str:
        """Whose file it is."""
        return self._kinds[filename]

    def is_users(self, code: CodeType) -> bool:
        """Whether the user wrote it, as production code or as a test."""
        return self._kinds[code.co_filename] in (USER, TEST)

    def is_tests(self, filename: str) -> bool:
        """Whether this is a test file."""
        return self._kinds[filename] == TEST

    def add_test_file(self, filename: str) -> None:
        """Counts this file among the test files, whatever it is called."""
        self.extra_test_files.add(os.path.realpath(filename))
        self._kinds.clear()
        self.layers.clear()

    def place(self, filename: str, line: int, function: str = "") -> Place:
        """The place as reports name it."""
        place = self._places.get((filename, line, function))
        if place is None:
            place = self._places[filename, line, function] = Place(self._name(filename), line, function)
        return place

    def maker(self, made: tuple[str, int, int]) -> str:
        """The line that made a lock and which of those that it made, as reports name it: `orders.py:12 #0`."""
        text = self._makers.get(made)
        if text is None:
            text = self._makers[made] = f"{self.place(*made[:2])} #{made[2]}"
        return text

    def _name(self, filename: str) -> str:
        name = self._names.get(filename)
        if name is None:
            full = os.path.realpath(filename)
            inside = full.startswith(self.root + os.sep)
            name = os.path.relpath(full, self.root) if inside else _short(full)
            name = self._names[filename] = name.replace(os.sep, "/")
        return name

    def place_of(self, frame: FrameType) -> Place:
        """The line that a frame is at."""
        return self.place(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_qualname)

    def _layer(self, filename: str) -> str:
        if filename.startswith(HERE):
            return INSIDE
        kind = self.kind(filename)
        return MACHINERY if kind == MACHINERY else WATCHED if kind in (USER, TEST, LIBRARY) else ASIDE

    def _sort(self, filename: str) -> str:
        if filename.startswith("<"):
            return STDLIB
        full = os.path.realpath(filename)
        if full.startswith(_MACHINERY):
            return MACHINERY
        parts = full.split(os.sep)
        for folder in ("site-packages", "dist-packages"):
            if folder in parts:
                inside = parts[parts.index(folder) + 1 :]
                package = inside[0].removesuffix(".py")
                if package in _TOOLS:
                    return TOOL
                sources = os.path.join(package, "__init__.py"), os.path.join(*inside)
                return USER if any(map(self._has_source, sources)) else LIBRARY
        if full.startswith(tuple(folder + os.sep for folder in _STDLIB)) and not full.startswith(self.root + os.sep):
            return STDLIB
        base = parts[-1]
        if full in self.extra_test_files or base == "conftest.py":
            return TEST
        return TEST if any(fnmatch.fnmatch(base, pattern) for pattern in self.test_patterns) else USER

    @functools.cache  # noqa: B019 - there are a few of us, and a few packages
    def _has_source(self, name: str) -> bool:
        """Whether an installed file is what the user works on, or its package is: its source lies in the root folder or in `src`.

        A module may be no package, and several projects may share one that has no file of its own.
        """
        return any(os.path.isfile(os.path.join(folder, name)) for folder in (self.root, os.path.join(self.root, "src")))


def _short(full: str) -> str:
    for folder in ("site-packages", "dist-packages"):
        marker = os.sep + folder + os.sep
        if marker in full:
            return full.rpartition(marker)[2]
    for folder in _STDLIB:
        if full.startswith(folder + os.sep):
            return full[len(folder) + 1 :]
    return full


def short_name(qualname: str) -> str:
    """A qualified name without the functions it is nested in.

    Example:
        >>> short_name("import_all.<locals>.finished")
        'finished'
    """
    return qualname.rpartition("<locals>.")[2]
