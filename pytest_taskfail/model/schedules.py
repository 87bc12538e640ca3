"""A Schedule says where a run departs from running each task until it blocks."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Any

PYTHON = f"py{sys.version_info[0]}.{sys.version_info[1]}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deviations from run-to-block; the standard library's own steps differ between Python's minor versions.

    Args:
        deviations: pairs of the number of a choice, counted from 0, and the thread to run there: `0` is the one of the
            test, `0.2` the third thread that it started, `0.2.1` the second one that that started, `0.a0` the first one from
            outside that was taken over; with a `!` its time limit runs out first, with `!2` its event loop stalls past two
            timers, so that all of them are due at once. With a `+` before it that thread runs a little earlier: right after
            the release or the signal that came before this choice.
        python: the minor version the choices were counted on.

    Example:
        >>> Schedule.parse("py3.12 4:0.1 9:0").deviations
        ((4, '0.1'), (9, '0'))
    """

    deviations: tuple[tuple[int, str], ...] = ()
    python: str = PYTHON

    def __str__(self) -> str:
        return " ".join([self.python, *(f"{choice}:{thread}" for choice, thread in self.deviations)])

    def __repr__(self) -> str:
        return f"Schedule.parse({str(self)!r})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How IPython and Hypothesis print it: to be copied into an `@example`."""
        printer.text(repr(self))

    def __bool__(self) -> bool:
        return bool(self.deviations)

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Reads what `str` prints.

        Raises:
            ValueError: the text is not a schedule.
        """
        python, *rest = text.split() or [""]
        pairs = [re.fullmatch(r"(\d+):((?:\+)?\d+(?:\.a?\d+)*(?:!\d*)?)", word) for word in rest]
        if not re.fullmatch(r"py3\.\d+", python) or not all(pairs):
            raise ValueError(f"{text!r} is not a schedule; one reads like 'py3.12 4:0.1 9:0'")
        return cls(tuple((int(pair[1]), pair[2]) for pair in pairs if pair), python)
