"""Deliberate patterns of asyncio, explored again and again with other seeds: none may be accused.

python benchmarks/deliberate.py                        200 explorations of each
python benchmarks/deliberate.py --explorations=20 uncancel hedged

The programs are the correct ones of tests/bugs/asyncio that are named below. Ends with exit code 1 if there is a finding.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from search import tests_of

from pytest_taskfail.explore.loop import Explorer
from pytest_taskfail.explore.results import Outcome
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.runtime.carriers import Abort
from pytest_taskfail.runtime.reading.sources import Sources

PROGRAMS = Path(__file__).resolve().parent.parent / "tests" / "bugs" / "asyncio"
PATTERNS = {
    "shielded clean-up": "ct_shielded_cleanup",
    "shielded clean-up, a task of its own": "ct_shielded_cleanup_task",
    "worker loop that ends on CancelledError": "ct_worker_loop_ends",
    "suppress round a cancelled task": "ct_suppress_awaited_cancel",
    "uncancel": "ct_uncancel",
    "hedged requests": "ct_hedged_requests",
    "timeout becomes TimeoutError": "ct_timeout_fallback",
    "tasks that go on and are looked after": "ct_siblings_looked_after",
}


def scenario(test: Callable[[], Any]) -> Callable[[], Outcome]:
    """A run of a test, which may end with the cancellation that was injected."""

    def run() -> Outcome:
        try:
            test()
        except (Exception, asyncio.CancelledError, Abort) as error:
            return Outcome(error)
        return Outcome()

    return run


def explore(program: Path, explorations: int, budget: float) -> tuple[int, int, list[str]]:
    """Explorations, experiments, and the replay lines of what was accused; the tests of a program take turns."""
    tests = tests_of(program, "repaired")
    experiments, accused = 0, []
    for seed in range(explorations):
        test = tests[seed % len(tests)]
        explorer = Explorer(scenario(test), Sources(str(program)), Settings(budget=budget, seed=seed))
        report = explorer.explore()
        if report.why_not:
            raise SystemExit(f"{program.name}: {test.__name__} does not pass without a fault: {report.why_not}")
        experiments += report.experiments
        accused += [
            f"seed {seed}: {test.__name__}: {story.finding.law} {story.plan} | {story.schedule}" for story in report.stories
        ]
    return explorations, experiments, accused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", help="parts of their names (default: all)")
    parser.add_argument("--explorations", type=int, default=200, help="of each (default 200)")
    parser.add_argument("--budget", type=float, default=0.2, help="seconds for each exploration (default 0.2)")
    options = parser.parse_args()
    found = False
    for name, folder in PATTERNS.items():
        if options.patterns and not any(part in name for part in options.patterns):
            continue
        count, experiments, accused = explore(PROGRAMS / folder, options.explorations, options.budget)
        print(f"{name:<40} {count} explorations, {experiments:,} experiments, {len(accused)} findings", flush=True)
        for line in accused:
            print(f"    {line}")
        found = found or bool(accused)
    sys.exit(found)


if __name__ == "__main__":
    main()
