"""Scheduling choices: counted, recorded, and made otherwise where the schedule says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.traces import Choice
from .carriers import Carrier


class Chooser:
    """Runs each thread until it blocks, but for the deviations.

    Args:
        deviations: number of a choice -> id of the thread to run there; with a `!` its time limit runs out first.
        record: whether to keep the choices.
    """

    def __init__(self, deviations: Mapping[int, str], record: bool) -> None:
        self.deviations = deviations
        self.record = record
        self.count = 0
        self.choices: list[Choice] = []
        self.diverged = ""
        self.picker: Callable[[tuple[str, ...]], str] | None = None

    def choose(self, options: list[Carrier], timed: list[Carrier], preempts: bool) -> Carrier:
        """The thread to run next.

        Args:
            options: those that can run, the usual one first.
            timed: those whose time limit may run out right now.
            preempts: whether the first could simply go on.
        """
        if len(options) + len(timed) < 2:
            return options[0]
        names = (*(carrier.id for carrier in options), *(carrier.id + "!" for carrier in timed))
        wanted = self.deviations.get(self.count)
        if wanted is not None and wanted not in names and not self.diverged:
            self.diverged = f"at choice {self.count} thread {wanted} cannot run; {', '.join(names)} can"
        name = wanted if wanted in names else names[0] if self.picker is None else self.picker(names)
        if self.record:
            self.choices.append(Choice(names, name, preempts))
        self.count += 1
        return [*options, *timed][names.index(name)]

    def unmet(self) -> str:
        """In words, that the run was over before a deviation; empty if all were met."""
        last = max(self.deviations, default=-1)
        return f"choice {last} was never reached; the run met {self.count} choices" if last >= self.count else ""
