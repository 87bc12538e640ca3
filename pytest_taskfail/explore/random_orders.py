"""Random orders of threads, for bugs that need more preemptions than the bounded search tries.

Each thread has a random priority and the highest runs; at `depth - 1` random choices the running thread falls below all
others. A bug that needs `depth` such constraints is met in one run with a probability of at least `1 / (n * k ** (depth - 1))`,
where n is the number of threads and k that of choices: PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010). That is
every third run. The others draw each choice evenly, which meets threads that take turns at every step; half of them first let a
thread that starts threads go on until it waits, so that all of them are there, and meet circles of many threads more often. The
same seed gives the same orders. benchmarks/search.md has the numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from ..model.schedules import Schedule
from ..model.traces import Choice

DEPTH = 4
"""Ordering constraints of the bugs that PCT looks for: it interrupts three times, the bounded search twice."""

Picker = Callable[[tuple[str, ...]], str]
"""Chooses among the threads that can run, and the time limits that may run out: those have a `!`."""

LIMITS_SHARE = 0.5
"""Where a thread is to fall and a time limit may run out, how often that happens instead."""


def orders(golden: tuple[Choice, ...], seed: int, depth: int = DEPTH, expiry: bool = True) -> Iterator[Picker]:
    """Endlessly many ways to choose, each for one run.

    Args:
        golden: the choices of the run without deviations; their number is taken for that of the other runs.
        seed: of the whole sequence.
        depth: one more than the choices at which the running thread falls.
        expiry: whether a time limit may run out at any choice.
    """
    number = 0
    while True:
        numbers = random.Random(f"{seed} {number}")
        match number % 3:
            case 0:
                yield by_priority(numbers, max(len(golden), depth), depth, expiry)
            case 1:
                yield starters_first(evenly(numbers, expiry))
            case _:
                yield evenly(numbers, expiry)
        number += 1


def threads_in(golden: tuple[Choice, ...]) -> int:
    """The number of threads that ever stood to choice."""
    return len({option.rstrip("!") for choice in golden for option in choice.options})


def as_schedule(choices: tuple[Choice, ...]) -> Schedule:
    """The deviations by which a run can be had again."""
    return Schedule(tuple((n, choice.chosen) for n, choice in enumerate(choices) if choice.chosen != choice.options[0]))


def by_priority(numbers: random.Random, choices: int, depth: int, expiry: bool = True) -> Picker:
    """The thread of the highest priority runs, and at `depth - 1` of so many choices it falls below all others: PCT."""
    falls = frozenset(numbers.sample(range(choices), depth - 1))
    priorities: dict[str, float] = {}
    met = 0

    def pick(options: tuple[str, ...]) -> str:
        nonlocal met
        threads = [option for option in options if not option.endswith("!")]
        limits = [option for option in options if option.endswith("!")] if expiry else []
        for thread in threads:
            if thread not in priorities:
                priorities[thread] = numbers.random()
        met += 1
        if met - 1 in falls:
            if limits and numbers.random() < LIMITS_SHARE:
                return numbers.choice(limits)
            priorities[max(threads, key=priorities.__getitem__)] = -float(met)
        return max(threads, key=priorities.__getitem__)

    return pick


def evenly(numbers: random.Random, expiry: bool = True) -> Picker:
    """Each choice is drawn evenly: a random walk."""

    def pick(options: tuple[str, ...]) -> str:
        return numbers.choice([option for option in options if expiry or not option.endswith("!")])

    return pick


def starters_first(others: Picker) -> Picker:
    """A thread that starts threads goes on until it waits; otherwise another way to choose."""
    starters = {"0"}

    def pick(options: tuple[str, ...]) -> str:
        starters.update(option.rpartition(".")[0] for option in options if "." in option)
        return next((option for option in options if option in starters), "") or others(options)

    return pick
