"""Faults of plugins: a kind is registered once for a session, its faults are plain values that name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .points import Point, Selector

POINTS = ("submit", "start", "call", "await", "end")
"""Kinds of points where code of the user's may meet an exception or lose time: nowhere else does a plugin's fault happen."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_IN_PLANS = re.compile(r"\s\s|^\s|\s$|[|\n\"]|(?:^|\s)[@+](?:\s|$)")
"""What an argument must not contain, as a plan could not be read back: see `Plan`."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault that a plugin adds.

    Args:
        name: its name in `--taskfail-faults` and the first word of its text, lower case, words joined by `-`.
        effect: called at the point, in the thread of the task that is there, as `effect(point, argument)`. What it raises is
            the injected exception; `time.sleep` in it passes in virtual time; what it returns is not looked at.
        at: selectors of the points where it may happen, for instance `"start"` or `"call:Store.*"`.
        says: the clause of the verdict after "when"; `{name}`, `{task}` and `{argument}` stand for the point and the fault.
        arguments: what a sweep tries at each point, one fault each.
        default: whether it is injected unasked; else only where `--taskfail-faults` or `faults=` names it.

    Example:
        >>> def lag(point, argument):
        ...     time.sleep(float(argument))
        >>> kind = FaultKind("lag", lag, at=("call",), says="{name} takes {argument} s longer", arguments=("0.5", "30"))
        >>> [str(fault) for fault in kind.faults]
        ['lag 0.5', 'lag 30']
    """

    name: str
    effect: Callable[[Point, str], object]
    at: tuple[str, ...]
    says: str
    arguments: tuple[str, ...] = ("",)
    default: bool = False

    @property
    def faults(self) -> tuple[Custom, ...]:
        """The faults that a sweep tries."""
        return tuple(Custom(self.name, argument) for argument in self.arguments)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of points where it may happen."""
        return tuple(dict.fromkeys(Selector.parse(text).kind for text in self.at))

    def may_happen(self, point: Point) -> bool:
        """Whether one of the selectors names the point; a selector without a number names every hit."""
        return any(_names(Selector.parse(text), point) for text in self.at)

    def say(self, at: Point | Selector) -> str:
        """The clause of the verdict without its argument filled in."""
        return self.says.replace("{name}", at.name).replace("{task}", at.name if at.task is None else at.task)


@dataclass(frozen=True, slots=True)
class Custom:
    """A fault of a kind that a plugin has added.

    Args:
        kind: the name of the kind.
        argument: what its effect is given; a text, empty for none.

    Example:
        >>> str(Custom("lag", "30"))
        'lag 30'
    """

    kind: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.argument}".rstrip()

    @property
    def known(self) -> FaultKind:
        """Its kind.

        Raises:
            ValueError: no plugin has added it.
        """
        if self.kind not in KNOWN:
            raise ValueError(f"no plugin adds a fault {self.kind!r}; is the plugin installed and loaded?")
        return KNOWN[self.kind]


KNOWN: dict[str, FaultKind] = {}
"""The kinds of this session, by name. A text is a fault of a plugin's only while its kind is here."""


def is_name(text: str) -> bool:
    """Whether something may be called so."""
    return _NAME.fullmatch(text) is not None


def parse(text: str) -> Custom | None:
    """Reads what such a fault prints; `None` where the first word is no kind of a plugin's."""
    name, _, argument = text.partition(" ")
    return Custom(name, argument.strip()) if name in KNOWN else None


@contextmanager
def registered(added: Iterable[tuple[str, FaultKind]], taken: Iterable[str]) -> Iterator[None]:
    """Knows these kinds, and no others, while it is entered.

    Args:
        added: the name of each plugin with a kind that it adds.
        taken: names that are no longer free.

    Raises:
        ValueError: a kind cannot be added; the message names the plugin, what is wrong and the remedy.
    """
    kinds: dict[str, FaultKind] = {}
    by: dict[str, str] = {}
    for plugin, kind in added:
        problem = _problem(kind, taken, by)
        if problem:
            raise ValueError(f"the plugin {plugin} adds a fault {getattr(kind, 'name', kind)!r}: {problem}")
        kinds[kind.name], by[kind.name] = kind, plugin
    before = dict(KNOWN)
    KNOWN.clear()
    KNOWN.update(kinds)
    try:
        yield
    finally:
        KNOWN.clear()
        KNOWN.update(before)


def _problem(kind: FaultKind, taken: Iterable[str], by: dict[str, str]) -> str:
    if not isinstance(kind, FaultKind):
        return "it is not a FaultKind; build one with pytest_taskfail.FaultKind(...)"
    if not isinstance(kind.name, str) or not is_name(kind.name):
        return "a name is made of lower-case letters and numbers, words joined by '-'"
    if kind.name in taken:
        return "there is one of this name already; take another name"
    if kind.name in by:
        return f"the plugin {by[kind.name]} adds one of this name too; one of them must take another name"
    if not callable(kind.effect):
        return f"its effect {kind.effect!r} cannot be called; give a function of a point and a text"
    for text in kind.at if isinstance(kind.at, tuple) else ():
        try:
            selector = Selector.parse(text)
        except ValueError as error:
            return f"at: {error}"
        if selector.kind not in POINTS:
            return f"at: {text!r}: a fault of a plugin's can happen at the kinds {', '.join(POINTS)}"
    if not isinstance(kind.at, tuple) or not kind.at:
        return f"at={kind.at!r} names no point; give a tuple of selectors, for instance ('call',)"
    for argument in kind.arguments:
        if not isinstance(argument, str) or _IN_PLANS.search(argument):
            return f"the argument {argument!r} could not be read back from a replay line; leave out '@', '+', '|' and quotes"
    return ""


def _names(selector: Selector, point: Point) -> bool:
    if selector.hit is None and selector.kind not in ("start", "end"):
        selector = Selector(selector.kind, selector.name, point.hit, selector.task)
    return selector.matches(point)
