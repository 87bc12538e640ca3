"""What can be made to happen at a point. Every fault prints as text that `parse` reads back."""

from __future__ import annotations

import builtins
import importlib
import math
import sys
from dataclasses import dataclass

from . import custom
from .custom import Custom

KINDS = ("raise", "hold", "timer", "drop", "duplicate", "delay", "twice", "cancel", "kill", "pickle", "corrupt")
"""What `--taskfail-faults` accepts, besides `none`."""

DEFAULT_KINDS = frozenset({"raise", "hold", "timer", "cancel", "kill", "pickle"})
"""Kinds that are injected unasked: what the contract of the code under test allows to happen anyway."""

WORDS = frozenset({*KINDS, "expire", "none", "nothing"})
"""Words that begin the text of a fault or stand for none: no plugin's fault is called so."""


@dataclass(frozen=True, slots=True)
class Raise:
    """An exception.

    Args:
        exception: the type to raise, or an instance to raise as it is.
        after: raise when the call has returned: the effect has happened, the reply is lost.
        always: not once but from this point on, at every point of the same name.

    Example:
        >>> str(Raise(ConnectionError, after=True))
        'raise ConnectionError after'
    """

    exception: type[BaseException] | BaseException
    after: bool = False
    always: bool = False
    kind = "raise"

    def __str__(self) -> str:
        words = ["raise", name_of_exception(self.exception)]
        return " ".join(words + ["after"] * self.after + ["always"] * self.always)


@dataclass(frozen=True, slots=True)
class Hold:
    """The lock or permit asked for is not to be had for a while; at a barrier the task is late.

    Args:
        seconds: how long a stranger has it first, in seconds of virtual time (between processes: of real time), `math.inf` for
            ever. `None`: the task itself gets it and keeps it, without going on, until nobody else can run (between processes:
            a stranger has it for 0.3 seconds).
    """

    seconds: float | None = None
    kind = "hold"

    def __str__(self) -> str:
        if self.seconds is None:
            return "hold"
        return "hold for ever" if self.seconds == math.inf else f"hold {_number(self.seconds)}"


@dataclass(frozen=True, slots=True)
class Expire:
    """A wait with a time limit runs into it.

    Args:
        late: in the very instant in which what was waited for has come.
    """

    late: bool = False
    kind = "timer"

    def __str__(self) -> str:
        return "expire late" if self.late else "expire"


@dataclass(frozen=True, slots=True)
class Drop:
    """The signal is not given. Nothing loses signals by itself: only on request."""

    kind = "drop"

    def __str__(self) -> str:
        return "drop"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The signal is given twice."""

    kind = "duplicate"

    def __str__(self) -> str:
        return "duplicate"


@dataclass(frozen=True, slots=True)
class Delay:
    """What is to happen happens later.

    Args:
        seconds: how much later, in seconds of virtual time (between processes: of real time).
    """

    seconds: float
    kind = "delay"

    def __str__(self) -> str:
        return f"delay {_number(self.seconds)}"


@dataclass(frozen=True, slots=True)
class Twice:
    """The body of the task is run twice, as an at-least-once queue may do."""

    kind = "twice"

    def __str__(self) -> str:
        return "twice"


@dataclass(frozen=True, slots=True)
class Cancel:
    """The task is cancelled, by `Task.cancel`: at its start before its first step, at an `await` while it is blocked there.

    Args:
        late: in the very instant in which what it awaits has come.
        at_rest: when everybody else waits too, as when a time limit runs out.
        scope: not the task but the innermost anyio `CancelScope` that it is in (`move_on_after`, `fail_after`, a task group),
            with all other tasks in it. Only on request, and by itself.

    Raises:
        ValueError: `scope` together with `late` or `at_rest`.
    """

    late: bool = False
    at_rest: bool = False
    scope: bool = False
    kind = "cancel"

    def __post_init__(self) -> None:
        if self.scope and (self.late or self.at_rest):
            raise ValueError("Cancel(scope=True) cancels a scope at once; leave out late and at_rest")

    def __str__(self) -> str:
        if self.scope:
            return "cancel scope"
        return "cancel late" if self.late else "cancel at rest" if self.at_rest else "cancel"


@dataclass(frozen=True, slots=True)
class Kill:
    """The worker process dies at once, as by SIGKILL. Never the test's own process."""

    kind = "kill"

    def __str__(self) -> str:
        return "kill"


@dataclass(frozen=True, slots=True)
class Pickle:
    """What goes to another process cannot be pickled.

    Args:
        decode: it can be encoded, but not be decoded on the other side.
    """

    decode: bool = False
    kind = "pickle"

    def __str__(self) -> str:
        return "pickle decode" if self.decode else "pickle encode"


CORRUPT_WAYS = ("other", "negative", "huge", "empty", "unicode", "inside", "missing")


@dataclass(frozen=True, slots=True)
class Corrupt:
    """What a task hands back is wrong, though of the right type. Only on request.

    Args:
        way: `empty` (or zero, not a number, 1970), `negative`, `huge` (or the year 9999), `unicode`, `missing` (a key), `inside`
            (one part of it), `other` (somebody else's, made by Faker; the other truth value).
    """

    way: str
    kind = "corrupt"

    def __str__(self) -> str:
        return f"corrupt {self.way}"


Fault = Raise | Hold | Expire | Drop | Duplicate | Delay | Twice | Cancel | Kill | Pickle | Corrupt | Custom


def parse_fault(text: str) -> Fault:
    """Reads what a fault prints.

    Raises:
        ValueError: no such fault, or an exception type that cannot be found.
    """
    words = text.split()
    match words:
        case ["raise", name, *rest] if set(rest) <= {"after", "always"} and len(rest) == len(set(rest)):
            return Raise(find_exception(name), "after" in rest, "always" in rest)
        case ["hold"]:
            return Hold()
        case ["hold", "for", "ever"]:
            return Hold(math.inf)
        case ["hold", seconds]:
            return Hold(_seconds(text, seconds))
        case ["expire"]:
            return Expire()
        case ["expire", "late"]:
            return Expire(late=True)
        case ["drop"]:
            return Drop()
        case ["duplicate"]:
            return Duplicate()
        case ["twice"]:
            return Twice()
        case ["cancel"]:
            return Cancel()
        case ["cancel", "late"]:
            return Cancel(late=True)
        case ["cancel", "at", "rest"]:
            return Cancel(at_rest=True)
        case ["cancel", "scope"]:
            return Cancel(scope=True)
        case ["delay", seconds]:
            return Delay(_seconds(text, seconds))
        case ["kill"]:
            return Kill()
        case ["pickle", ("encode" | "decode") as side]:
            return Pickle(decode=side == "decode")
        case ["corrupt", way] if way in CORRUPT_WAYS:
            return Corrupt(way)
    added = custom.parse(text)
    if added is not None:
        return added
    of_plugins = "".join(f", {name}" for name in custom.KNOWN)
    raise ValueError(
        f"{text!r} is not a fault; faults read: raise TYPE [after] [always], hold [SECONDS | for ever], expire [late], "
        "drop, duplicate, delay SECONDS, twice, cancel [late | at rest | scope], kill, pickle encode, pickle decode, "
        f"corrupt {' | '.join(CORRUPT_WAYS)}{of_plugins}"
    )


def default_kinds() -> frozenset[str]:
    """`DEFAULT_KINDS`, and what plugins add to them."""
    return DEFAULT_KINDS | {kind.name for kind in custom.KNOWN.values() if kind.default}


def parse_kinds(text: str) -> frozenset[str]:
    """Reads a comma list of kinds of faults; `none` is the empty set.

    Raises:
        ValueError: a name is not a kind; the message names the nearest ones.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["none"]:
        return frozenset()
    kinds = (*KINDS, *custom.KNOWN)
    if "none" in names:
        raise ValueError("'none' stands for no kind of fault at all; give it alone, or leave it out")
    for name in names:
        if name not in kinds:
            import difflib

            near = difflib.get_close_matches(name, kinds, 1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(f"there is no kind of fault {name!r}{hint} The kinds are {', '.join(kinds)}, or none")
    if not names:
        raise ValueError(f"no kind of fault is named; the kinds are {', '.join(kinds)}, or none")
    return frozenset(names)


def name_of_exception(exception: type[BaseException] | BaseException) -> str:
    """A built-in type's bare name, else `module.Type`."""
    kind = exception if isinstance(exception, type) else type(exception)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


class UnknownException(ValueError):
    """No exception type of this name is known, or not yet."""


def find_exception(name: str) -> type[BaseException]:
    """The type that `name_of_exception` named.

    Raises:
        UnknownException: there is no such exception type, or its module is not imported yet.
        ValueError: there is no built-in exception type of this name.
    """
    found = getattr(builtins, name, None)
    if found is None and "." in name:
        found = _search(name.split("."))
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        kind = UnknownException if "." in name else ValueError
        raise kind(f"there is no exception type {name!r}; a type that is not built in is written module.Type")
    return found


def _search(parts: list[str]) -> object:
    for cut in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:cut])
        module = sys.modules.get(name)
        if module is None:
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue
        found: object = module
        for part in parts[cut:]:
            found = getattr(found, part, None)
        if found is not None:
            return found
    return None


def _seconds(text: str, number: str) -> float:
    try:
        seconds = float(number)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{text!r}: {number!r} is not a number of seconds")
    return seconds


def _number(seconds: float) -> str:
    short = f"{seconds:g}"
    return short if float(short) == seconds else repr(seconds)
