"""Scheduling choices: counted, recorded, and made otherwise where the schedule says so."""

from __future__ import annotations

from collections.abc import Callable

from ..model.traces import Choice
from .carriers import Carrier


class Chooser:
    """Runs each thread until it blocks, but for the deviations.

    Args:
        deviations: number of a choice -> id of the thread to run there; with a `!` its time limit runs out first, with a `+` it
            runs right after the release or signal before that choice.
        record: whether to keep the choices.
    """

    def __init__(self, deviations: dict[int, str], record: bool) -> None:
        self.deviations = deviations
        self.record = record
        self.count = 0
        self.made: list[tuple[tuple[str, ...], str, bool]] = []
        self.diverged = ""
        self.picker: Callable[[tuple[str, ...]], str] | None = None
        self.pausing = any(thread.startswith("+") for thread in deviations.values())
        """Whether it is to be asked right after releases and signals, too."""
        self.pauses: list[tuple[int, tuple[str, ...]]] = []
        """Where it was asked so: the number of the next choice, and the other threads that could run."""

    def choose(self, options: list[Carrier], timed: list[Carrier], preempts: bool) -> Carrier:
        """The thread to run next.

        Args:
            options: those that can run, the usual one first.
            timed: those whose time limit may run out right now.
            preempts: whether the first could simply go on.
        """
        if len(options) + len(timed) < 2:
            return options[0]
        names = tuple([carrier.id for carrier in options] + [carrier.id + "!" for carrier in timed])
        chosen = self.pick(names, preempts)
        return options[chosen] if chosen < len(options) else timed[chosen - len(options)]

    def pick(self, names: tuple[str, ...], preempts: bool) -> int:
        """The number of one of these, the first unless the schedule says otherwise."""
        chosen, wanted = 0, self.deviations.get(self.count)
        if wanted in names:
            chosen = names.index(wanted)
        elif wanted is not None and not self.diverged:
            self.diverged = f"at choice {self.count} thread {wanted} cannot run; {', '.join(names)} can"
        elif wanted is None and self.picker is not None:
            chosen = names.index(self.picker(names))
        if self.record:
            self.made.append((names, names[chosen], preempts))
        self.count += 1
        return chosen

    def pause(self, others: tuple[str, ...]) -> int:
        """Which of these runs before the running one does what comes after its release or signal; -1 where it goes on."""
        if self.record:
            self.pauses.append((self.count, others))
        wanted = self.deviations.get(self.count, "").partition("+")[2]
        if wanted not in others:
            return -1
        del self.deviations[self.count]
        return others.index(wanted)

    def choices(self) -> tuple[Choice, ...]:
        """Those that were made, in order; equal ones are one object."""
        known = {made: Choice(*made) for made in dict.fromkeys(self.made)}
        return tuple([known[made] for made in self.made])

    def unmet(self) -> str:
        """In words, that the run was over before a deviation; empty if all were met."""
        last = max(self.deviations, default=-1)
        return f"choice {last} was never reached; the run met {self.count} choices" if last >= self.count else ""
