"""This project beside others that choose the order of threads, in one run: `python benchmarks/peers.py` writes peers.md.

`pip install -e .[peers]` first. Each tool gets each program of `peer_programs.py` in the way that its own documentation shows,
in a process of its own: the broken one until it is found, and the repaired one for some time, which shows how fast the tool is
and if it accuses what is right.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from peer_programs import PROGRAMS, Program

HERE = Path(__file__).resolve().parent
PORTION = 20
"""Schedules that are asked for at once of a tool that has no limit of time."""

GRACE = 15.0
"""Seconds beyond its limit after which a tool is stopped."""


class Ran(NamedTuple):
    """What came of one tool with one program.

    Args:
        found: what it says; empty where it finds nothing.
        runs: schedules.
        seconds: until it was found; else until the tool gave up.
        done: whether the tool says that there is nothing left to try.
        unsure: whether it says that it cannot judge.
    """

    found: str
    runs: int
    seconds: float
    done: bool = False
    unsure: bool = False


Tool = Callable[[type[Program], bool, float, int], Ran]


def start_all(program: Callable[[], Program]) -> None:
    """The program as a test would have it."""
    state = program()
    threads = [threading.Thread(target=functools.partial(worker, state)) for worker in state.workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.holds()


def taskfail(kind: type[Program], right: bool, limit: float, seed: int) -> Ran:
    """The test, unchanged, as `pytest --taskfail --taskfail-faults=none` explores it; up to the first finding."""
    from pytest_taskfail.explore.loop import Explorer
    from pytest_taskfail.explore.results import Outcome
    from pytest_taskfail.explore.settings import Settings
    from pytest_taskfail.runtime.carriers import Abort
    from pytest_taskfail.runtime.reading.sources import Sources

    def scenario() -> Outcome:
        try:
            start_all(lambda: kind(right))
        except (Exception, Abort) as error:
            return Outcome(error)
        return Outcome()

    class Until(Explorer):
        first: tuple[float, int] | None = None

        def tell(self, *told: Any) -> None:
            self.first = self.first or (time.perf_counter() - began, self.report.experiments)
            super().tell(*told)

    settings = Settings(budget=limit, kinds=frozenset(), strict=True, seed=seed)
    explorer = Until(scenario, Sources(str(HERE)), settings)
    began = time.perf_counter()
    report = explorer.explore()
    seconds, runs = explorer.first or (time.perf_counter() - began, report.experiments)
    found = report.stories[0].finding.law if report.stories else report.why_not
    return Ran(found, runs, seconds, report.schedules_exhausted and not report.random_orders)


def frontrun(strategy: str, kind: type[Program], right: bool, limit: float, seed: int) -> Ran:
    """`frontrun.explore`: the state, the workers, the invariant."""
    import frontrun

    own: dict[str, Any] = {"max_attempts": 1_000_000, "seed": seed} if strategy == "random" else {}
    began = time.perf_counter()
    result = frontrun.explore(
        setup=lambda: kind(right),
        workers=list(kind.workers),
        invariant=lambda state: state.holds(),
        strategy=strategy,  # type: ignore[arg-type]
        total_timeout=limit,
        reproduce_on_failure=0,
        **own,
    )
    seconds = time.perf_counter() - began
    found = (result.failure_kind or "a failure") if result.property_holds is False else ""
    return Ran(found, result.num_explored, seconds, bool(result.exhausted), result.property_holds is None)


def interleave(strategy: str, kind: type[Program], right: bool, limit: float, seed: int) -> Ran:
    """`interleave_test.explore`: a model that starts threads, joins them and asserts."""
    import interleave_test

    began, runs, part = time.perf_counter(), 0, 0
    while (seconds := time.perf_counter() - began) < limit:
        result = interleave_test.explore(
            lambda: start_all(lambda: kind(right)),
            iterations=PORTION,
            seed=seed * 1_000_000 + part,
            strategy=strategy,
            raise_on_failure=False,
        )
        runs, part = runs + result.schedules_run, part + 1
        if result.failure is not None or result.exhausted:
            seconds = time.perf_counter() - began
            return Ran(result.failure.kind if result.failure is not None else "", runs, seconds, result.exhausted)
    return Ran("", runs, seconds)


TOOLS: dict[str, Tool] = {
    "pytest-taskfail": taskfail,
    "frontrun, dpor": functools.partial(frontrun, "dpor"),
    "frontrun, random": functools.partial(frontrun, "random"),
    "interleave-test, random": functools.partial(interleave, "random"),
    "interleave-test, pct": functools.partial(interleave, "pct"),
}
PEERS = ("frontrun", "interleave-test")
STARTED_BY = {"frontrun": [str(Path(sys.executable).with_name("frontrun"))]}
"""frontrun wants to be started by its own command."""

UNSEEDED = ("frontrun, dpor",)
"""Finds the same each time."""

WARM_UP = 0.2
"""Seconds for a program that does nothing, first in each process: what a tool loads and prepares once is not counted."""

ANSWER = "answer: "


class Idle(Program):
    """Two threads that do nothing."""

    workers = (lambda self: None, lambda self: None)


class Row(NamedTuple):
    """A tool and a program.

    Args:
        seconds: until the broken one was found, the median; none where it was not found in every search.
        rate: schedules per second of the repaired one.
        cells: what the page shows.
    """

    tool: str
    seconds: float | None
    rate: float
    cells: list[str]


def apart(tool: str, program: str, right: bool, limit: float, seed: int) -> Ran | None:
    """The same in a process of its own; none where it gave no answer."""
    asked = json.dumps([tool, program, right, limit, seed])
    command = [*STARTED_BY.get(tool.partition(",")[0], []), sys.executable, __file__, "--ask", asked]
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(
            command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as asking,
    ):
        try:
            output, errors = asking.communicate(timeout=limit + GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(asking.pid, signal.SIGKILL)
            print(f"{tool} gave no answer to {program} within {limit + GRACE:g} s", file=sys.stderr)
            return None
    answers = [line for line in output.splitlines() if line.startswith(ANSWER)]
    if not answers:
        print(f"{tool} gave no answer to {program}: {errors[-2000:]}", file=sys.stderr)
        return None
    return Ran(*json.loads(answers[-1].removeprefix(ANSWER)))


def answer(asked: str) -> None:
    """What the process of its own does."""
    tool, program, right, limit, seed = json.loads(asked)
    TOOLS[tool](Idle, True, WARM_UP, 0)
    print(ANSWER + json.dumps(TOOLS[tool](PROGRAMS[program], right, limit, seed)), flush=True)
    os._exit(0)  # threads that a tool has left in a deadlock would be waited for


def row(tool: str, program: str, limit: float, rate: float, seeds: int) -> Row:
    """Found after how long, schedules until then, and how it goes with the repaired twin."""
    seeds = 1 if tool in UNSEEDED else seeds
    broken = [apart(tool, program, False, limit, seed) for seed in range(seeds)]
    answers = [one for one in broken if one is not None and one.found]
    if answers:
        after = f"{statistics.median(one.seconds for one in answers) * 1000:,.0f} ms"
        after += f" ({len(answers)} of {seeds})" if len(answers) < seeds else ""
    elif broken[0] is None:
        after = "no answer"
    else:
        after = f"> {limit:g} s" + ", cannot judge" * broken[0].unsure
    runs = f"{statistics.median(one.runs for one in answers):,.0f}" if answers else ""
    seconds = statistics.median(one.seconds for one in answers) if len(answers) == seeds else None
    right = apart(tool, program, True, rate, 0)
    if right is None:
        return Row(tool, seconds, 0.0, [after, runs, "no answer"])
    rated = f"{right.runs / right.seconds:,.0f}/s"
    if right.found:
        rated += f", accuses it: {right.found}"
    elif right.done:
        rated += f", all {right.runs:,}"
    return Row(tool, seconds, right.runs / right.seconds, [after, runs, rated + ", cannot judge" * right.unsure])


def standing(rows: list[Row]) -> str:
    """Where this project stands on a program, in words."""
    own, *others = rows
    found = [one for one in others if one.seconds is not None]
    best = min(found, key=lambda one: one.seconds or 0.0, default=None)
    fastest = max(others, key=lambda one: one.rate)
    pace = f"{own.rate / fastest.rate:.1f} times the schedules per second of the fastest other one ({fastest.tool})"
    if own.seconds is None:
        return "not found in every search" + (f"; {best.tool} finds it" if best else "") + f"; {pace}"
    if best is None or best.seconds is None:
        return f"the only one that finds it in every search; {pace}"
    if own.seconds <= best.seconds:
        return f"ahead: {best.tool}, the next one, takes {best.seconds / own.seconds:.1f} times as long; {pace}"
    return f"**behind {best.tool}**: {own.seconds / best.seconds:.1f} times as long; {pace}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=8.0, help="seconds to find a bug (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1.5, help="seconds for the repaired twin (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="how often each bug is searched (default: %(default)s)")
    parser.add_argument("--only", help="one program")
    parser.add_argument("--keep", help="a file that keeps what comes out, so that the programs can be run one after another")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ask is not None:
        answer(chosen.ask)
    kept: dict[str, list[Row]] = {}
    if chosen.keep and os.path.exists(chosen.keep):
        kept = {program: [Row(*one) for one in rows] for program, rows in json.loads(Path(chosen.keep).read_text()).items()}
    for program in PROGRAMS if chosen.only is None else [chosen.only]:
        kept[program] = []
        for tool in TOOLS:
            kept[program].append(row(tool, program, chosen.limit, chosen.rate, chosen.seeds))
            print(f"{program} | {tool} | {' | '.join(kept[program][-1].cells)}", flush=True)
    if chosen.keep:
        Path(chosen.keep).write_text(json.dumps(kept))
    if set(kept) == set(PROGRAMS):
        (HERE / "peers.md").write_text(page(kept, chosen.limit, chosen.seeds))


def page(rows: dict[str, list[Row]], limit: float, seeds: int) -> str:
    """What is written."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("pytest-taskfail", *PEERS)]
    about = (
        f"CPython {platform.python_version()}; {', '.join(versions)}. Found after: the median of "
        f"{seeds} searches of at most {limit:g} s, each in a process of its own whose start is not counted."
    )
    lines = ["| program | tool | found after | schedules | on the repaired twin |", "|---|---|---:|---:|---:|"]
    lines += [f"| {program} | {one.tool} | {' | '.join(one.cells)} |" for program in PROGRAMS for one in rows[program]]
    stands = [f"* {program}: {standing(rows[program])}." for program in PROGRAMS]
    parts = [
        "# Beside other schedulers of threads",
        about,
        "\n".join(lines),
        "## Where pytest-taskfail stands",
        "\n".join(stands),
    ]
    return "\n\n".join([*parts, NOTES])


NOTES = """## How to read it

* Every tool runs the very same classes, in its own way: pytest-taskfail and interleave-test a test that starts threads and joins
  them, frontrun the state, its workers and the invariant.
* pytest-taskfail switches threads at their operations on locks, queues and conditions; the others at each instruction of the
  program, so they find races between plain variables too, for which pytest-taskfail wants `--taskfail-lines`.
* *Found after* is the time until the first wrong run is known, fault-free runs and all. What comes after that, our shrinking and
  frontrun's ten replays, is not counted, nor what a tool loads and prepares once in a process: each has explored two idle
  threads before. *Schedules* are the runs up to then.
* *On the repaired twin*: schedules per second, and how many there were where a tool says that it has tried all there are: each
  tool has bounds of its own, two preemptions for pytest-taskfail and frontrun's DPOR. *Cannot judge* is what frontrun says where
  no run has come to its end in the time.
* All five can be said in all three. Pools, event loops, processes and faults are not compared: of these interleave-test has none,
  frontrun has event loops and processes.
"""


if __name__ == "__main__":
    main()
