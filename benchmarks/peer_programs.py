"""Five programs with an order bug, each with its repaired twin, as a state, what each thread does to it, and what must hold.

Nothing of any tool is in here: each starts the threads in its own way.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

Worker = Callable[[Any], None]


class Program:
    """One run of a program: the state that its threads share.

    Args:
        right: whether this is the repaired twin.
    """

    workers: tuple[Worker, ...]

    def __init__(self, right: bool) -> None:
        self.right = right

    def holds(self) -> bool:
        """Whether the threads have left the state as it must be."""
        return True


class OppositeLocks(Program):
    """AB-BA: two threads take two locks, one of them the other way round."""

    def __init__(self, right: bool) -> None:
        super().__init__(right)
        self.a, self.b = threading.Lock(), threading.Lock()

    def one(self) -> None:
        with self.a:
            with self.b:
                pass

    def other(self) -> None:
        first, second = (self.a, self.b) if self.right else (self.b, self.a)
        with first:
            with second:
                pass

    workers = (one, other)


class LostUpdate(Program):
    """Two threads take payments from a queue; each looks at the balance and writes it, both under the lock, but not at once."""

    def __init__(self, right: bool) -> None:
        super().__init__(right)
        self.payments: queue.Queue[int] = queue.Queue()
        for amount in (10, 20):
            self.payments.put(amount)
        self.lock, self.balance = threading.Lock(), 0

    def pay_in(self) -> None:
        amount = self.payments.get()
        if self.right:
            with self.lock:
                self.balance += amount
            return
        with self.lock:
            balance = self.balance
        with self.lock:
            self.balance = balance + amount

    def holds(self) -> bool:
        return self.balance == 30

    workers = (pay_in, pay_in)


class FourPhilosophers(Program):
    """Each of four takes the fork on the left, then the one on the right."""

    def __init__(self, right: bool) -> None:
        super().__init__(right)
        self.forks = [threading.Lock() for _ in range(4)]

    def eat(self, seat: int) -> None:
        first, second = seat, (seat + 1) % 4
        if self.right:
            first, second = min(first, second), max(first, second)
        with self.forks[first]:
            with self.forks[second]:
                pass

    workers = tuple([lambda self, seat=seat: self.eat(seat) for seat in range(4)])


class LostWakeUp(Program):
    """A consumer looks for work outside of the condition; the producer tells of it in between."""

    def __init__(self, right: bool) -> None:
        super().__init__(right)
        self.work: list[str] = []
        self.ready = threading.Condition()

    def consume(self) -> None:
        if self.right:
            with self.ready:
                while not self.work:
                    self.ready.wait()
            return
        if not self.work:
            with self.ready:
                self.ready.wait()

    def produce(self) -> None:
        if self.right:
            with self.ready:
                self.work.append("work")
                self.ready.notify()
            return
        self.work.append("work")
        with self.ready:
            self.ready.notify()

    workers = (consume, produce)


class DeepOrder(Program):
    """A relay: wrong only if two threads take turns at every one of six steps."""

    def __init__(self, right: bool) -> None:
        super().__init__(right)
        self.lock, self.phase = threading.Lock(), 0

    def advance(self, mine: int) -> None:
        for phase in (mine, mine + 2, mine + 4):
            with self.lock:
                if self.phase == phase and not (self.right and phase == 5):
                    self.phase += 1

    def holds(self) -> bool:
        return self.phase < 6

    workers = (lambda self: self.advance(0), lambda self: self.advance(1))


PROGRAMS: dict[str, type[Program]] = {
    "AB-BA": OppositeLocks,
    "lost update behind a queue": LostUpdate,
    "four philosophers": FourPhilosophers,
    "lost wake-up": LostWakeUp,
    "deep order": DeepOrder,
}
