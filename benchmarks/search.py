"""How many runs each search order needs for each planted order bug. `python benchmarks/search.py` writes benchmarks/search.md.

The programs are the broken ones in tests/bugs/schedules that need no fault. Each order runs a program until a law, or the strict
test, is broken; random orders are seeded, and the median of several seeds counts.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.util
import itertools
import json
import math
import platform
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_taskfail.explore import random_orders, schedules, turns
from pytest_taskfail.explore.results import Outcome, Report
from pytest_taskfail.explore.runner import Runner
from pytest_taskfail.explore.settings import Settings
from pytest_taskfail.model.plans import Plan
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Trace
from pytest_taskfail.runtime.carriers import Abort
from pytest_taskfail.runtime.reading.sources import Sources

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE.parent / "tests" / "bugs" / "schedules"
SEEDS = 3
PICKERS: dict[str, Callable[[random.Random, int], random_orders.Picker]] = {
    "PCT, d=2": lambda numbers, k: random_orders.by_priority(numbers, k, 2),
    "PCT, d=3": lambda numbers, k: random_orders.by_priority(numbers, max(k, 3), 3),
    "POS": lambda numbers, k: by_step(numbers),
    "random walk": lambda numbers, k: random_orders.evenly(numbers),
    "random walk, starters first": lambda numbers, k: random_orders.starters_first(random_orders.evenly(numbers)),
}
BOUNDED, TURNS = "bounded, 2 preemptions", "as the tool does it"
"""The tool lets the bounded search and random orders take turns."""


def by_step(numbers: random.Random) -> random_orders.Picker:
    """Each next step of a thread has a priority of its own: POS (Yuan, Yang, Gu, CAV 2018)."""
    priorities: dict[str, float] = {}

    def pick(options: tuple[str, ...]) -> str:
        for option in options:
            if option not in priorities:
                priorities[option] = numbers.random()
        chosen = max(options, key=priorities.__getitem__)
        del priorities[chosen]
        return chosen

    return pick


def tests_of(program: Path, side: str) -> list[Callable[[], Any]]:
    """The test functions of one side that need no fixture."""
    (path,) = (program / side).glob("test_*.py")
    spec = importlib.util.spec_from_file_location(f"search_{program.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    found = [value for name, value in vars(module).items() if name.startswith("test_") and callable(value)]
    return [test for test in found if not test.__code__.co_argcount]


def scenario(test: Callable[[], Any]) -> Callable[[], Outcome]:
    def run() -> Outcome:
        try:
            test()
        except (Exception, Abort) as error:
            return Outcome(error)
        return Outcome()

    return run


def golden_of(runner: Runner) -> Trace:
    trace, _, _ = runner.run(Plan(), Schedule(), probe=False)
    runner.report.golden = trace
    return trace


def bounded(runner: Runner, limit: int) -> int:
    """Runs up to the first finding; 0 if there is none within the limit."""
    search = schedules.Search(golden_of(runner).choices)
    for number, schedule in enumerate(itertools.islice(search, limit)):
        trace, outcome, _ = runner.run(Plan(), schedule, probe=False)
        if runner.findings(Plan(), schedule, trace, outcome):
            return number + 1
        search.learn(schedule, trace.choices)
    return 0


class Enough(Exception):
    """So many runs are not exceeded."""


def in_turns(runner: Runner, seed: int, limit: int) -> int:
    """The same for what the tool does."""

    def progress(report: Report) -> None:
        if report.schedules + report.random_orders + report.pauses >= limit:
            raise Enough

    golden, settings = golden_of(runner), dataclasses.replace(runner.settings, seed=seed)
    one = Runner(runner.scenario, runner.files, settings, progress)
    one.report.golden = golden
    with contextlib.suppress(Enough):
        turns.search(one, golden, math.inf)
    return one.report.schedules + one.report.random_orders + one.report.pauses if one.report.stories else 0


def at_random(runner: Runner, order: str, seed: int, limit: int) -> int:
    """The same for random orders."""
    k = len(golden_of(runner).choices)
    for number in range(limit):
        picker = PICKERS[order](random.Random(f"{seed} {number}"), max(k, 2))
        trace, outcome, _ = runner.run(Plan(), Schedule(), probe=False, picker=picker)
        if runner.findings(Plan(), Schedule(), trace, outcome):
            return number + 1
    return 0


def row(program: Path, limit: int) -> list[str] | None:
    """The cells of a program; none where a run without deviations is a finding already, or a fixture is needed."""
    about = json.loads((program / "bug.json").read_text())
    tests = tests_of(program, "broken")
    if not tests:
        return None
    runner = Runner(scenario(tests[0]), Sources(str(program / "broken")), Settings(strict=about.get("strict", False)))
    with runner.under_control():
        trace, outcome, _ = runner.run(Plan(), Schedule(), probe=False)
        if trace.stopped or outcome.error is not None:
            return None
        needed = [in_turns(runner, seed, limit) or limit + 1 for seed in range(SEEDS)]
        cells = [shown(int(statistics.median(needed)), limit), shown(bounded(runner, limit), limit)]
        for order in PICKERS:
            needed = [at_random(runner, order, seed, limit) or limit + 1 for seed in range(SEEDS)]
            cells.append(shown(int(statistics.median(needed)), limit))
    return [program.name, str(len(trace.choices)), *cells]


def shown(runs: int, limit: int) -> str:
    return str(runs) if 0 < runs <= limit else f"> {limit}"


def programs(pattern: str) -> Iterator[Path]:
    for about in sorted(PROGRAMS.glob(f"{pattern}/bug.json")):
        if json.loads(about.read_text()).get("needs") == "schedule":
            yield about.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=500, help="runs per program and order (default: %(default)s)")
    parser.add_argument("--only", default="*", help="a pattern of program names")
    parser.add_argument("--keep", type=Path, help="a file that keeps the rows, so that a run that was stopped goes on from there")
    chosen = parser.parse_args()
    heads = ["program", "choices", TURNS, BOUNDED, *PICKERS]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    kept = json.loads(chosen.keep.read_text()) if chosen.keep and chosen.keep.exists() else {}
    for program in programs(chosen.only):
        if program.name not in kept:
            kept[program.name] = row(program, chosen.limit)
            if chosen.keep:
                chosen.keep.write_text(json.dumps(kept))
    rows = [cells for _, cells in sorted(kept.items()) if cells]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    found = [sum(not cells[2 + n].startswith(">") for cells in rows) for n in range(len(heads) - 2)]
    lines.append("| **found** | | " + " | ".join(f"{count} of {len(rows)}" for count in found) + " |")
    text = "\n".join(lines)
    print(text)
    if chosen.only == "*":
        limits = f"at most {chosen.limit}; random orders: median of {SEEDS} seeds"
        about = f"CPython {platform.python_version()}; runs up to the first finding, {limits}."
        (HERE / "search.md").write_text(f"# Runs to find an order bug\n\n{about}\n\n{text}\n")


if __name__ == "__main__":
    main()
