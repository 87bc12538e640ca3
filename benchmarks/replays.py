"""Replays the findings of the bug programs in fresh processes, each with another hash seed, and counts those that come back.

`python benchmarks/replays.py [--replays N]`; exit code 1 if one does not. Each finding is replayed at least once.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parents[1] / "tests" / "bugs"

SOME_PLUGINS = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
PLUGINS = ("taskfail", "asyncio", "anyio")
"""Those of this environment that the programs need; loading the others takes longer than a replay."""


class Found(NamedTuple):
    """A finding of a broken program, and what its replay line asks for beside the faults."""

    folder: Path
    law: str
    place: str
    replay: str
    options: tuple[str, ...]


def run(folder: Path, *options: str, seed: int = 0) -> list[dict[str, str]]:
    """The findings of one pytest run over one broken program."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report.json")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"-p{name}" for name in PLUGINS)]
        command += ["-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}", str(folder)]
        command += [f"--taskfail-report={report}", *options]
        environment = {**SOME_PLUGINS, "PYTHONHASHSEED": str(seed)}
        subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False, timeout=300)
        tests = json.loads(report.read_text())["tests"] if report.exists() else []
        return [finding for test in tests for finding in test["findings"]]


def explore(folder: Path) -> list[Found]:
    """The findings of one broken program, explored as its `bug.json` says."""
    options = json.loads((folder.parent / "bug.json").read_text()).get("options", [])
    laws = tuple(option for option in options if option.startswith("--taskfail-laws"))
    found = run(folder, "--taskfail", "--taskfail-budget=4", *options)
    return [Found(folder, one["law"], one["place"], one["replay"], laws) for one in found]


def comes_back(found: Found, seed: int) -> bool:
    """Whether the same law is found at the same place again."""
    again = run(found.folder, f"--taskfail-replay={found.replay}", *found.options, seed=seed)
    return any((one["law"], one["place"]) == (found.law, found.place) for one in again)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replays", type=int, default=1000, help="in all")
    wanted: int = parser.parse_args().replays
    with ThreadPoolExecutor(2) as pool:
        folders = sorted(folder for folder in PROGRAMS.glob("*/*/broken") if (folder.parent / "bug.json").exists())
        findings = [found for those in pool.map(explore, folders) for found in those]
        jobs = list(itertools.islice(itertools.cycle(findings), max(wanted, len(findings))))
        good = list(pool.map(comes_back, jobs, range(1, len(jobs) + 1)))
    missed = [f"{job.folder.parent.name}: {job.replay}" for job, came in zip(jobs, good, strict=True) if not came]
    programs = len({found.folder for found in findings})
    print(f"Python {sys.version.split()[0]}: {len(jobs) - len(missed)} of {len(jobs)} replays gave their finding again")
    print(f"{len(findings)} findings of {programs} of {len(folders)} programs")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
