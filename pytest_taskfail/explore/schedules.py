"""Bounded search over schedules: fewest deviations from run-to-block first, preemptions at most two.

A deviation where the running thread could have gone on is a preemption; where it blocked it is free. Every schedule is tried
once: children of a schedule deviate only behind its last deviation. Of those with as many deviations, threads that do the work
are interrupted before the one that starts them. After CHESS (Musuvathi and Qadeer, PLDI 2007).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ..model.schedules import Schedule
from ..model.traces import Choice

PREEMPTIONS_MAX = 2

Deviations = tuple[tuple[int, str], ...]


class Search:
    """Yields schedules; `learn` tells it what choices each one met.

    Args:
        golden: the choices of the run without deviations.
        bound: preemptions in one schedule.
        expiry: whether a time limit may run out at any choice; that counts as a preemption.
    """

    def __init__(self, golden: tuple[Choice, ...], bound: int = PREEMPTIONS_MAX, expiry: bool = True) -> None:
        self.bound = bound
        self.expiry = expiry
        self.deviations_complete = 0
        self.exhausted = False
        self.cut = False
        """Whether a schedule was left out because it has too many preemptions."""
        self._parents: deque[tuple[Deviations, int, tuple[Choice, ...]]] = deque()
        self._known: dict[Choice, Choice] = {}
        self._preemptions = 0
        self.learn(Schedule(), golden)

    def __iter__(self) -> Iterator[Schedule]:
        while self._parents:
            parent, spent, choices = self._parents.popleft()
            self.deviations_complete = len(parent)
            first = parent[-1][0] + 1 if parent else 0
            for number in _promising_first(choices, first):
                choice = choices[number]
                for option in choice.options:
                    expires = "!" in option
                    cost = spent + (choice.preempts or expires)
                    self.cut |= cost > self.bound
                    if option != choice.chosen and cost <= self.bound and (self.expiry or not expires):
                        self._preemptions = cost
                        yield Schedule((*parent, (number, option)))
        self.exhausted = True

    def learn(self, schedule: Schedule, choices: tuple[Choice, ...]) -> None:
        """Keeps the choices that a schedule met: its children deviate at one more of them."""
        shared = tuple(self._known.setdefault(choice, choice) for choice in choices)
        self._parents.append((schedule.deviations, self._preemptions, shared))


def _promising_first(choices: tuple[Choice, ...], first: int) -> list[int]:
    """The numbers of the choices from `first` on; at the end those at which a thread that starts threads would go on."""
    starters = {option.rpartition(".")[0] for choice in choices for option in choice.options}
    return sorted(range(first, len(choices)), key=lambda number: choices[number].options[0] in starters)
