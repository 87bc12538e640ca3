"""Looks at the processes of an experiment from outside: is nobody left who could go on?

If every thread of every process waits for ever, in calls of the operating system that have no time limit, and nothing moves,
then nobody will ever wake anybody: that is a hang, known after a fraction of a second. Where somebody waits with a time limit,
it may still go on, and no verdict is given. One thing between: some threads spin (as those of a broken `multiprocessing.Pool`
do) while all others wait for ever; who spins is then looked up in the stacks.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from . import tree

PATIENCE = 2.0
"""Seconds of quiet that are given where somebody is connected over the network: the other side may not be one of ours."""

LATELY = 1.0
"""Seconds."""

RESCAN = 0.1
"""Seconds between two looks at which processes there are."""


@dataclass(slots=True)
class Limits:
    """When an experiment is given up.

    Args:
        quiet: seconds in which nothing moves and everybody waits for ever, after which the run hangs.
        timed: seconds in which nothing moves but somebody waits with a time limit, after which no more is waited.
        spin: seconds in which some threads never rest, while all others wait for ever and do not move.
        total: seconds for the whole run.
        tasks: so many are never submitted by a run that comes to an end.
        left: so many processes are left by the fault-free run; nobody waits for their end.
        threads: so many threads are.
    """

    quiet: float = 0.25
    spin: float = 1.5
    timed: float = 4.0
    total: float = 10.0
    tasks: int = 1000
    left: int = 0
    threads: int = 0


class Watch:
    """Watches the processes below and including one.

    Args:
        host: the process of the test.
        limits: when to give up.
        patient: processes whose main thread wakes up now and then without a reason: managers.
        alarmed: whether a signal may come that the code has asked for.
    """

    def __init__(self, host: int, limits: Limits) -> None:
        self.host = host
        self.limits = limits
        self.patient: set[int] = set()
        self.alarmed = False
        self.began = time.monotonic()
        self.seen: set[int] = set()
        self.longest_quiet = 0.0
        self._pids: list[int] = [host]
        self._scanned = 0.0
        self._marks: dict[int, str] = {}
        self._since = self.began
        self._moved: dict[int, float] = {}
        self._resting: dict[int, str] = {}
        self._spinning_since = self.began
        self.last: list[tree.Thread] = []

    def scan(self) -> None:
        """Looks which processes there are."""
        entries = tree.below(self.host)
        self.seen.update(entry.pid for entry in entries)
        self._pids = [self.host, *(entry.pid for entry in entries if entry.alive)]
        self._scanned = time.monotonic()

    def look(self) -> str:
        """Empty while the run goes on; else why it may be given up, which is `hang` or the name of a limit."""
        now = time.monotonic()
        if now - self._scanned > RESCAN:
            self.scan()
        threads: list[tree.Thread] = []
        for pid in self._pids:
            found = tree.threads(pid)
            if found is None:
                self._scanned = 0.0
                return self._out_of_time(now)
            threads += [one for one in found if not (one.tid in self.patient and one.does == "times")]
        self.last = threads
        marks = {one.tid: one.mark for one in threads}
        moved = [one.tid for one in threads if one.does == "runs" or self._marks.get(one.tid) != one.mark]
        self._moved.update(dict.fromkeys(moved, now))
        moving = marks.keys() != self._marks.keys() or bool(moved)
        self._marks = marks
        if moving:
            self._since = now
            return self._spins(threads, now) or self._out_of_time(now)
        quiet = now - self._since
        if not self.alarmed and all(one.does == "waits" for one in threads):
            self.longest_quiet = max(self.longest_quiet, quiet)
            if quiet >= self.limits.quiet:
                known = set(self._pids)
                self.scan()
                if known == set(self._pids) and (quiet >= PATIENCE or not any(map(tree.talks, known))):
                    return "hang"
        elif quiet >= self.limits.timed:
            return "timed"
        return self._out_of_time(now)

    def restless(self) -> list[tree.Thread]:
        """The threads that have moved lately, or will do so by themselves."""
        now = time.monotonic()
        return [one for one in self.last if one.does != "waits" or now - self._moved.get(one.tid, self.began) < LATELY]

    def _spins(self, threads: list[tree.Thread], now: float) -> str:
        """`spin` where the threads that rest have been the same for long, and the main threads are among them."""
        resting = {one.tid: one.mark for one in threads if one.does == "waits"}
        same = resting == self._resting and all(one.does == "runs" for one in threads if one.tid not in resting)
        self._resting = resting
        if not same or not all(pid in resting for pid in self._pids):
            self._spinning_since = now
        return "spin" if now - self._spinning_since >= self.limits.spin else ""

    def _out_of_time(self, now: float) -> str:
        return "total" if now - self.began >= self.limits.total else ""
