"""A Finding is a failure that the code under test does not survive, with the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass

from .plans import Plan, print_replay
from .schedules import Schedule
from .traces import Trace

LAWS = {
    "deadlock": "DEADLOCK",
    "hang": "HANG",
    "livelock": "LIVELOCK",
    "leaked-lock": "LEAKED LOCK",
    "leaked-thread": "LEAKED THREAD",
    "leaked-task": "LEAKED TASK",
    "orphan": "ORPHAN",
    "swallowed-cancel": "SWALLOWED CANCELLATION",
    "leaked-process": "LEAKED PROCESS",
    "leaked-fd": "LEAKED FILE",
    "lost-exception": "LOST EXCEPTION",
    "broken-handler": "BROKEN HANDLER",
    "strict": "TEST FAILED",
}

RETRY_STORM = "retry-storm"
ON_REQUEST = (RETRY_STORM,)
"""Laws that are judged only where they are asked for."""


def title(law: str) -> str:
    """The name of a law as verdicts print it.

    Example:
        >>> title("leaked-lock"), title("open-connection")
        ('LEAKED LOCK', 'OPEN CONNECTION')
    """
    return LAWS.get(law) or law.replace("-", " ").upper()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a law found.

    Args:
        law: a key of `LAWS`, one of `ON_REQUEST`, or the name of a law that a plugin adds.
        lines: the evidence, a line each: who, what, where.
        place: the line of source to look at; findings of one law, place and holder are one finding.
        holder: the task, without its number, that is to blame, where one is.
    """

    law: str
    lines: tuple[str, ...]
    place: str = ""
    holder: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two findings the same one."""
        return self.law, self.place, self.holder


@dataclass(frozen=True, slots=True)
class Story:
    """A finding with the experiment that shows it.

    Args:
        finding: what was found.
        plan: the faults that lead to it.
        schedule: the deviations that lead to it.
        trace: what was seen.
        same: how many other experiments gave the same finding.
        output: what the test printed in this experiment.
        line: a shorter replay line with the same meaning; empty where there is none.
    """

    finding: Finding
    plan: Plan
    schedule: Schedule
    trace: Trace
    same: int = 0
    output: str = ""
    line: str = ""

    @property
    def replay(self) -> str:
        """What to give to `--taskfail-replay`."""
        return self.line or print_replay(self.plan, self.schedule)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding in short, as `pytest_taskfail_finding` is told.

    Args:
        test: the node id of the test.
        law: the name of the law.
        line: the first line of the failure.
        replay: what `--taskfail-replay` takes.
    """

    test: str
    law: str
    line: str
    replay: str
