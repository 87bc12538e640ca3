"""A Point is a place in a run where something can go wrong; a Selector is a text that names one or several points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

KINDS = ("submit", "start", "call", "end", "acquire", "signal", "timer", "await", "pickle")
TEST = "test"
"""The path of the task that runs the test function itself."""

_BODY_KINDS = frozenset({"start", "end"})
_TEXT = re.compile(r"(?P<kind>[a-z]+):(?P<name>.+?)(?:#(?P<hit>\d+))?(?: in (?P<task>\S.*))?")


_PATH = re.compile(r"[^/#*?]+#\d+(?:/[^/#*?]+#\d+)*")


def _is_path(task: str) -> bool:
    return task == TEST or _PATH.fullmatch(task) is not None


@dataclass(frozen=True, slots=True)
class Point:
    """One place of one run.

    Args:
        kind: one of `KINDS`.
        name: what is done there: the called function, the kind of lock and the function that takes it, the role of a task.
        task: path of the task, `parent/function#n`; the n-th child of that parent that runs this function, counted from 0.
        hit: how often this task has been at this kind and name before, counted from 0.

    Example:
        >>> str(Point("call", "Gateway.charge", "charge#1"))
        'call:Gateway.charge in charge#1'
        >>> Point.parse("call:Gateway.charge#2 in charge#1").hit
        2
        >>> str(Point("start", "fetch", "fetch#2"))
        'start:fetch#2'
    """

    kind: str
    name: str
    task: str
    hit: int = 0

    def __str__(self) -> str:
        if self.kind in _BODY_KINDS:
            return f"{self.kind}:{self.task}"
        nth = f"#{self.hit}" if self.hit else ""
        return f"{self.kind}:{self.name}{nth} in {self.task}"

    @property
    def role(self) -> str:
        """The task's path without its numbers: what identical tasks have in common."""
        return role_of(self.task)

    @classmethod
    def parse(cls, text: str) -> Point:
        """Reads what `str` prints.

        Raises:
            ValueError: the text is not a point.
        """
        kind, _, rest = text.partition(":")
        if kind in _BODY_KINDS and _is_path(rest):
            return cls(kind, role_of(rest).rpartition("/")[2], rest)
        found = None if kind in _BODY_KINDS else _TEXT.fullmatch(text)
        task = found["task"] if found is not None else None
        if found is None or found["kind"] not in KINDS or task is None or "*" in found["name"] or not _is_path(task):
            raise ValueError(f"{text!r} is not a point; a point reads like 'call:Gateway.charge in charge#1'")
        return cls(found["kind"], found["name"], found["task"], int(found["hit"] or 0))


def role_of(task: str) -> str:
    """The task path without the numbers of its tasks.

    Example:
        >>> role_of("outer#0/inner#12")
        'outer/inner'
    """
    return re.sub(r"#\d+(?=/|$)", "", task)


@dataclass(frozen=True, slots=True)
class Selector:
    """Names points by hand: `kind:name`, `kind:name#hit`, `... in task`. Names may end a qualified name and use `*` and `?`.

    Without `in task` any task matches; without `#hit` the first hit. For `start` and `end` the number is the task's:
    `start:fetch#2` is the start of the third `fetch`.

    Example:
        >>> Selector.parse("call:charge").matches(Point("call", "Gateway.charge", "pay#0"))
        True
        >>> Selector.parse("start:fetch#2").matches(Point("start", "fetch", "fetch#1"))
        False
    """

    kind: str
    name: str
    hit: int | None = None
    task: str | None = None

    def __str__(self) -> str:
        nth = "" if self.hit is None or self.kind in _BODY_KINDS else f"#{self.hit}"
        task = "" if self.task is None else f" in {self.task}"
        return f"{self.kind}:{self.name}{nth}{task}"

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Reads a selector.

        Raises:
            ValueError: the text is not a selector; the message names the kinds there are.
        """
        kind, colon, rest = text.partition(":")
        if kind not in KINDS:
            import difflib

            near = difflib.get_close_matches(kind, KINDS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(f"{text!r}: there is no kind of point {kind!r}{hint} The kinds are {', '.join(KINDS)}")
        if not colon or not rest.strip():
            return cls(kind, "*")
        if kind in _BODY_KINDS:
            number = re.search(r"#(\d+)$", rest)
            return cls(kind, rest, int(number[1]) if number else None)
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a selector; write for instance 'call:Gateway.charge#1 in charge#0'")
        return cls(kind, found["name"], int(found["hit"]) if found["hit"] else None, found["task"])

    def matches(self, point: Point) -> bool:
        """Whether the point is one of those named."""
        if point.kind != self.kind:
            return False
        if self.kind in _BODY_KINDS:
            return _named(self.name, point.task if self.hit is not None else point.role)
        if not _named(self.name, point.name):
            return False
        if self.task is not None and not (_named(self.task, point.task) or _named(self.task, point.role)):
            return False
        return point.hit == (self.hit or 0)


def _named(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern) or name.endswith(("." + pattern, "/" + pattern)) or fnmatchcase(name, "*[./]" + pattern)


def near_names(wanted: str, seen: Iterable[str], limit: int = 5) -> list[str]:
    """The names most like the wanted one; the first few where none is like it."""
    import difflib

    names = list(dict.fromkeys(seen))
    return difflib.get_close_matches(wanted, names, limit, 0.5) or names[:limit]
