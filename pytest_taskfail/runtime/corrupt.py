"""Wrong results of the right type: what a task hands back is empty, huge, negative, incomplete or somebody else's.

Everything is drawn from the seed and the value itself, so the same fault gives the same wrong value in each run.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import random
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..model.faults import Corrupt

if TYPE_CHECKING:
    from .experiment import Experiment
    from .tasks import Task

HUGE_LENGTH = 10_000
HUGE_NUMBER = 2**63
UNICODE = "\u202eZ\u0351\u0300a\u0308 \U0001f4a5 \ufeff\u00df"
"""Written from right to left, with combining marks, an emoji, a byte order mark, and a letter that grows in upper case."""

DEPTH_MAX = 3


class NoFaker(Exception):
    """What was asked for is made by Faker, and that is not installed."""


def ways(value: Any) -> tuple[str, ...]:
    """The ways in which a value can be wrong; empty for what cannot be replaced by another of its type.

    Example:
        >>> ways(3), ways([1]), ways(None)
        (('negative', 'huge', 'empty'), ('empty', 'huge', 'inside'), ())
    """
    found = tuple(_WAYS.get(type(value), ()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = ("inside",)
    return tuple(way for way in found if way == "other" or _differs(value, way))


def corrupted(value: Any, way: str, seed: int = 0) -> Any:
    """Another value of the same type.

    Args:
        value: the right one; it is not changed.
        way: one of `ways(value)`.
        seed: of everything that is drawn.

    Raises:
        ValueError: a value of this type cannot be wrong in this way.
        NoFaker: `other` values are made by Faker.

    Example:
        >>> corrupted(7, "negative"), corrupted({"name": "Ada", "age": 36}, "missing")
        (-7, {'age': 36})
    """
    make = _WAYS.get(type(value), {}).get(way)
    if make is None and way == "inside" and dataclasses.is_dataclass(value) and not isinstance(value, type):
        make = _inside_of_dataclass
    if make is None:
        able = ", ".join(ways(value)) or "none"
        raise ValueError(f"a value of type {type(value).__name__} cannot be made wrong by {way!r}; its ways: {able}")
    return make(value, random.Random(f"{seed} {way}"))


def has_faker() -> bool:
    """Whether `other` values can be made."""
    from importlib.util import find_spec

    return find_spec("faker") is not None


def _differs(value: Any, way: str) -> bool:
    try:
        return bool(repr(corrupted(value, way)) != repr(value))
    except (ValueError, OverflowError, TypeError):
        return False


def _other_text(value: str, numbers: random.Random) -> str:
    """A realistic text of the same kind."""
    try:
        from faker import Faker
    except ImportError:
        raise NoFaker("'corrupt other' needs Faker: pip install 'pytest-taskfail[corrupt]'") from None
    fake = Faker()
    fake.seed_instance(numbers.random())
    for pattern, kind in _KINDS_OF_TEXT:
        if re.fullmatch(pattern, value):
            return str(getattr(fake, kind)())
    if value.isdigit():
        return fake.numerify("#" * len(value))
    return str(fake.name() if len(value.split()) < 3 else fake.sentence(len(value.split())))


_KINDS_OF_TEXT = (
    (r"[^@\s]+@[^@\s]+\.\w+", "email"),
    (r"https?://\S+", "url"),
    (r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", "uuid4"),
    (r"\d{4}-\d\d-\d\d", "date"),
    (r"\d+\.\d+\.\d+\.\d+", "ipv4"),
    (r"\S+\.(?:py|txt|csv|json|pdf|jpg|png)", "file_name"),
)


def _inside(value: Any, numbers: random.Random, depth: int = DEPTH_MAX) -> Any:
    """The value with one wrong part."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    numbers.shuffle(keys)
    for key in keys:
        part = value[key]
        able = [way for way in ways(part) if way not in ("other", "inside") or (way == "inside" and depth > 1)]
        if able:
            wrong = copy.copy(value) if not isinstance(value, tuple) else list(value)
            wrong[key] = corrupted(part, able[0], numbers.randrange(2**32))
            return tuple(wrong) if isinstance(value, tuple) else wrong
    raise ValueError("no part of it can be wrong")


def _inside_of_dataclass(value: Any, numbers: random.Random) -> Any:
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
    wrong = _inside(fields, numbers)
    (changed,) = (name for name in fields if wrong[name] is not fields[name])
    return dataclasses.replace(value, **{changed: wrong[changed]})


def _huge_sequence(value: Any, numbers: random.Random) -> Any:
    return value * (HUGE_LENGTH // len(value)) if value else value


def _without_one(value: dict[Any, Any], numbers: random.Random) -> dict[Any, Any]:
    if not value:
        raise ValueError("nothing can be missing")
    left_out = next(iter(value))
    return {key: part for key, part in value.items() if key != left_out}


Make = Callable[[Any, random.Random], Any]
_WAYS: dict[type, dict[str, Make]] = {
    bool: {"other": lambda value, numbers: not value},
    int: {
        "negative": lambda value, numbers: -abs(value) or -1,
        "huge": lambda value, numbers: HUGE_NUMBER,
        "empty": lambda value, numbers: 0,
    },
    float: {
        "negative": lambda value, numbers: -abs(value) or -1.0,
        "huge": lambda value, numbers: 1e308,
        "empty": lambda value, numbers: float("nan"),
    },
    str: {
        "empty": lambda value, numbers: "",
        "unicode": lambda value, numbers: UNICODE,
        "huge": lambda value, numbers: (value or "x") * (HUGE_LENGTH // max(len(value), 1)),
        "other": _other_text,
    },
    bytes: {
        "empty": lambda value, numbers: b"",
        "huge": lambda value, numbers: (value or b"x") * (HUGE_LENGTH // max(len(value), 1)),
    },
    list: {"empty": lambda value, numbers: [], "huge": _huge_sequence, "inside": _inside},
    tuple: {"inside": _inside},
    dict: {"missing": _without_one, "inside": _inside, "empty": lambda value, numbers: {}},
    datetime.date: {
        "huge": lambda value, numbers: datetime.date.max,
        "empty": lambda value, numbers: datetime.date(1970, 1, 1),
    },
    datetime.datetime: {
        "huge": lambda value, numbers: value.replace(year=9999),
        "empty": lambda value, numbers: value.replace(year=1970, month=1, day=1),
    },
}


def hand_back(experiment: Experiment, task: Task, fault: Corrupt, value: Any) -> Any:
    """What a task is to hand back instead; the value itself where it cannot be wrong in this way: then nothing has fired."""
    try:
        wrong = corrupted(value, fault.way, experiment.seed)
    except (ValueError, NoFaker):
        experiment.take_back()
        return value
    experiment.event(task.path, "hands back", repr(wrong), None, f"instead of {value!r}")
    return wrong
