"""How what came of an experiment is shown: a letter, so that colour is never alone, a class and words."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...explore.tried import VERDICTS
from ...model.findings import LAWS
from .markup import esc

LETTERS = {
    "deadlock": "D",
    "hang": "H",
    "livelock": "V",
    "leaked-lock": "L",
    "leaked-thread": "T",
    "leaked-task": "K",
    "leaked-process": "P",
    "leaked-fd": "N",
    "orphan": "O",
    "swallowed-cancel": "S",
    "lost-exception": "X",
    "broken-handler": "B",
    "strict": "F",
}
_MARKS = {"passed": "·", "changed": "c", "unfired": "?", "unjudged": "u", "not tried": "&ndash;"}
_CLASSES = {"passed": "ok", "changed": "changed", "unfired": "odd", "unjudged": "odd", "not tried": "left"}


class Sign(NamedTuple):
    """What stands in a cell; the mark is HTML already."""

    mark: str
    style: str
    words: str


def letter_of(law: str) -> str:
    """The letter of a law; one that is not known here shows its own first."""
    return LETTERS.get(law) or law[:1].upper() or "!"


def name_of(law: str) -> str:
    """A law in words.

    Example:
        >>> name_of("leaked-lock")
        'leaked lock'
    """
    return LAWS.get(law, law.replace("-", " ")).lower()


def sign_of(one: dict[str, Any], findings: list[dict[str, Any]]) -> Sign:
    """The sign of one experiment of the sweep."""
    laws = [findings[number]["law"] for number in one["findings"]]
    if one["verdict"] == "finding":
        more = "+" if len(laws) > 1 else ""
        return Sign(esc(letter_of(laws[0]) if laws else "!") + more, "bad", ", ".join(map(name_of, laws)) or VERDICTS["finding"])
    verdict = one["verdict"]
    return Sign(_MARKS.get(verdict, "!"), _CLASSES.get(verdict, "odd"), VERDICTS.get(verdict, verdict))
