"""Whether findings are as small as they claim, and whether reduction changes a verdict: asked of every bug program.

`python benchmarks/verdicts.py` explores both sides of each program of tests/bugs, with and without reduction, and writes
benchmarks/verdicts.md. Of each finding it drops each fault and each deviation in turn and looks if the finding still comes.
What has been explored is kept in a file (`--results`), so that the work can be stopped, and goes on when it is called again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail.explore import loop, real_loop
from pytest_taskfail.model.findings import Finding, Story
from pytest_taskfail.model.plans import Plan, print_replay
from pytest_taskfail.model.schedules import Schedule
from pytest_taskfail.model.traces import Trace

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE.parent / "tests" / "bugs"
LIMIT = 120
"""Seconds for one side of a program, explored once; then it is killed."""

THOROUGH = 6
"""Where the verdicts differ both are explored once more, with so many times the budget: one of them may have been cut off."""

Facts = dict[str, Any]


def smaller(plan: Plan, schedule: Schedule) -> Iterator[tuple[str, Plan, Schedule]]:
    """The experiment without each of its faults and without each of its deviations, and what is left out."""
    for number, injection in enumerate(plan.injections):
        yield str(injection), Plan(plan.injections[:number] + plan.injections[number + 1 :]), schedule
    for number, (choice, thread) in enumerate(schedule.deviations):
        left = Schedule(schedule.deviations[:number] + schedule.deviations[number + 1 :])
        yield f"{choice}:{thread}", plan, left


def dropped(story: Story, run: Callable[[Plan, Schedule], list[Finding]]) -> Facts:
    """What comes of a finding when one part of its experiment is left out."""
    same, alike, parts = [], [], 0
    for part, plan, schedule in smaller(story.plan, story.schedule):
        parts += 1
        found = run(plan, schedule)
        if any(finding.key == story.finding.key for finding in found):
            same.append(part)
        elif any(finding.law == story.finding.law for finding in found):
            alike.append(part)
    replay = print_replay(story.plan, story.schedule)
    return {"law": story.finding.law, "replay": replay, "parts": parts, "needless": same, "alike": alike}


class Controlled(loop.Explorer):
    """Explores a test, then looks at each finding."""

    facts: list[Facts]
    orders: bool
    """Whether orders without faults are searched: reduction does not touch that."""

    def _search_schedules(self, golden: Trace) -> None:
        if self.orders:
            super()._search_schedules(golden)

    def explore(self) -> Any:
        report = super().explore()

        def run(plan: Plan, schedule: Schedule) -> list[Finding]:
            trace, outcome, _ = self.run(plan, schedule, probe=bool(plan))
            return self.findings(plan, schedule, trace, outcome)

        with self.under_control(), self.probing():
            findings = [dropped(story, run) for story in report.stories if self.settings.reduce]
        self.facts.append(facts_of(report, findings))
        return report


class Real(real_loop.RealExplorer):
    """The same with real processes, which have no schedule."""

    facts: list[Facts]

    def explore(self) -> Any:
        report = super().explore()

        def run(plan: Plan, schedule: Schedule) -> list[Finding]:
            trace, ended = self.run(plan)
            return self._findings(trace, ended) if ended.stopped in real_loop.JUDGED else []

        findings = [dropped(story, run) for story in report.stories if self.settings.reduce]
        self.facts.append(facts_of(report, findings))
        return report


def facts_of(report: Any, findings: list[Facts]) -> Facts:
    return {
        "laws": sorted({story.finding.law for story in report.stories if story.plan}),
        "points": report.points,
        "raw": report.raw_points,
        "swept": report.swept,
        "left": report.left,
        "experiments": report.experiments,
        "findings": findings,
    }


def explored(program: Path, side: str, budget: float, reduce: bool) -> list[Facts]:
    """What comes of the tests of one side, explored in a fork of this process.

    Raises:
        RuntimeError: the fork ended without an answer.
    """
    options = json.loads((program / "bug.json").read_text()).get("options", [])
    with tempfile.TemporaryDirectory() as place:
        child = os.fork()
        if not child:
            _explore(program / side, Path(place), [*options, f"--taskfail-budget={budget}"], reduce)
        until = time.monotonic() + LIMIT
        while not os.waitpid(child, os.WNOHANG)[0]:
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
            time.sleep(0.02)
        answer = Path(place, "facts.json")
        if not answer.exists():
            raise RuntimeError(f"{program.name}/{side}: no answer\n{Path(place, 'output').read_text()}")
        found: list[Facts] = json.loads(answer.read_text())
        return found


def _explore(folder: Path, place: Path, options: list[str], reduce: bool) -> None:
    """The fork: runs pytest and ends."""
    output = os.open(place / "output", os.O_WRONLY | os.O_CREAT)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.chdir(place)
    facts: list[Facts] = []
    Controlled.facts = Real.facts = facts
    Controlled.orders = reduce and folder.name == "broken"
    loop.Explorer = Controlled  # type: ignore[misc]
    real_loop.RealExplorer = Real  # type: ignore[misc]
    command = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-c", os.devnull, f"--rootdir={folder}"]
    command += [f"--confcutdir={folder}", str(folder), "--taskfail", *options, *["--taskfail-no-reduction"] * (not reduce)]
    code = pytest.main(command)
    if code in (0, 1) and facts:
        (place / "facts.json").write_text(json.dumps(facts))
    sys.stdout.flush()
    os._exit(0)


def compared(program: Path, side: str, budget: float) -> Facts:
    """One side of a program, explored with reduction and without."""
    for seconds in (budget, budget * THOROUGH):
        reduced, whole = (explored(program, side, seconds, reduce) for reduce in (True, False))
        if laws(reduced) == laws(whole):
            break
    return {"program": f"{program.parent.name}/{program.name}", "side": side, "reduced": reduced, "whole": whole}


def laws(tests: list[Facts]) -> list[str]:
    return sorted({law for test in tests for law in test["laws"]})


# ------------------------------------------------------------------ the table


def table(rows: list[Facts]) -> str:
    """The figures of each folder, then what is not as it should be."""
    heads = "folder, programs, findings, parts left out, needless, another of the law, points, points without reduction"
    lines = [f"| {' | '.join(heads.split(', '))} | other verdicts |", "|---|" + "---:|" * 8]
    for folder in sorted({row["program"].partition("/")[0] for row in rows}):
        lines.append(_line(folder, [row for row in rows if row["program"].startswith(f"{folder}/")]))
    lines.append(_line("**all**", rows))
    return "\n".join([*lines, "", *(f"* {text}" for row in rows for text in told(row))])


def _line(name: str, rows: list[Facts]) -> str:
    findings = [one for row in rows for test in row["reduced"] for one in test["findings"]]
    figures = [
        len({row["program"] for row in rows}),
        len(findings),
        *(sum(one["parts"] for one in findings), sum(len(one["needless"]) for one in findings)),
        sum(len(one["alike"]) for one in findings),
        *(sum(test["points"] for row in rows for test in row[which]) for which in ("reduced", "whole")),
        sum(laws(row["reduced"]) != laws(row["whole"]) for row in rows),
    ]
    return f"| {name} | " + " | ".join(f"{figure:,}" for figure in figures) + " |"


def told(row: Facts) -> Iterator[str]:
    """What one side of a program shows that should not be, in words."""
    name = f"{row['program']}, {row['side']}"
    for test in row["reduced"]:
        for one in test["findings"]:
            for part in one["needless"]:
                yield f"{name}: {one['law']} under `{one['replay']}` comes without `{part}` too"
            for part in one["alike"]:
                yield f"{name}: without `{part}` another {one['law']} comes than under `{one['replay']}`"
    with_it, without = laws(row["reduced"]), laws(row["whole"])
    if with_it != without:
        cut = ", ".join(which for which in ("reduced", "whole") if any(test["left"] for test in row[which]))
        words = f"{', '.join(with_it) or 'nothing'} with reduction, {', '.join(without) or 'nothing'} without"
        yield f"{name}: {words}" + (f" (cut off: {cut})" if cut else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*/*", help="a pattern of FOLDER/PROGRAM (default: all)")
    parser.add_argument("--budget", type=float, default=1.0, help="seconds for each exploration (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many; call again to go on")
    parser.add_argument("--results", type=Path, help="the file to keep what has been explored in")
    chosen = parser.parse_args()
    kept = chosen.results.read_text().splitlines() if chosen.results and chosen.results.exists() else []
    rows = {(row["program"], row["side"]): row for row in map(json.loads, kept)}
    until = time.monotonic() + chosen.seconds
    paths = sorted(PROGRAMS.glob(f"{chosen.only}/bug.json"))
    sides = [(path.parent, side) for side in ("broken", "repaired") for path in paths if (path.parent / side).is_dir()]
    left = 0
    for program, side in sides:
        name = f"{program.parent.name}/{program.name}", side
        if name in rows:
            continue
        if time.monotonic() > until:
            left += 1
            continue
        rows[name] = row = compared(program, side, chosen.budget)
        for text in told(row):
            print(text, flush=True)
        if chosen.results:
            with chosen.results.open("a") as file:
                file.write(json.dumps(row) + "\n")
    explored_ones = [row for program, side in sides if (row := rows.get((f"{program.parent.name}/{program.name}", side)))]
    text = table(explored_ones)
    if chosen.only == "*/*":
        some = f" {left} of {len(sides)} sides are left: call it again with the same `--results`." if left else ""
        about = f"CPython {platform.python_version()}; at most {chosen.budget:g} s for each exploration.{some}"
        (HERE / "verdicts.md").write_text(f"# Smallest findings, and verdicts without reduction\n\n{about}\n\n{text}\n\n{NOTES}")
    print(text)
    if left:
        print(f"{left} of {len(sides)} are left")
    return 2 if left else 0


NOTES = """## How to read it

* *Parts left out*: of each finding every fault and every deviation of its schedule was left out once, and the rest run again.
  *Needless* are those without which the very same finding comes, *another of the law* those without which one of the same law
  comes at another place.
* *Points* are those of the broken and the repaired side together, after reduction and without any.
* *Other verdicts* are sides of a program for which faults break other laws without reduction. Where the two differ at first both
  are explored again with six times the budget, as one of them may have been cut off.
"""


if __name__ == "__main__":
    sys.exit(main())
