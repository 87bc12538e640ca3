"""A marked test that fails without any fault where a thread begins late, and passes where each begins as soon as it is started.

Running each task until it blocks lets the one that starts a thread go on; most machines let the new thread begin at about the
same time. A test that passes in one of the two and fails in the other, and fails again after that, depends on the order of its
threads. One that fails in both does not get along with the control, or is wrong: nothing is found then.
"""

from __future__ import annotations

from ..model.findings import Finding
from ..model.plans import Plan
from ..model.schedules import Schedule
from ..model.traces import Trace
from .eager_threads import Eager
from .results import Outcome
from .runner import Runner


def search(runner: Runner, trace: Trace, outcome: Outcome) -> list[Finding]:
    """What is told of a fault-free run that has failed, because only the order of its threads is to blame.

    Args:
        runner: runs experiments.
        trace: of the run that has failed.
        outcome: what came out of it.
    """
    if not runner.settings.strict or trace.stopped or trace.doubts or not trace.choices:
        return []
    for _ in range(2):  # a test that fails every other time depends on something else
        eager, passed, _ = runner.run(Plan(), Schedule(), picker=Eager())
        if passed.error is not None or passed.skipped or eager.stopped or eager.doubts:
            return []
    runner.report.golden = eager
    found = [one for one in runner.findings(Plan(), Schedule(), trace, outcome) if one.law == "strict"]
    return runner.come_again(found, Plan(), Schedule())
