"""Replays every finding of the bug programs in fresh processes, each with another hash seed, and counts those that come back.

`python benchmarks/replays.py [--repeat N]`; exit code 1 if one does not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROGRAMS = Path(__file__).parents[1] / "tests" / "bugs"


def run(folder: Path, *options: str, seed: int = 0) -> list[dict[str, str]]:
    """The findings of one pytest run over one broken program."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report.json")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull]
        command += [f"--rootdir={folder}", f"--confcutdir={folder}", str(folder), f"--taskfail-report={report}", *options]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False, timeout=300)
        tests = json.loads(report.read_text())["tests"] if report.exists() else []
        return [finding for test in tests for finding in test["findings"]]


def replay(folder: Path, finding: dict[str, str], seed: int) -> bool:
    """Whether the same law is found at the same place again."""
    again = run(folder, f"--taskfail-replay={finding['replay']}", seed=seed)
    return any((one["law"], one["place"]) == (finding["law"], finding["place"]) for one in again)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=1, help="replays of each finding")
    repeat: int = parser.parse_args().repeat
    folders = [
        (path.parent / "broken", json.loads(path.read_text()).get("options", [])) for path in PROGRAMS.glob("*/*/bug.json")
    ]
    folders = [(folder, options) for folder, options in sorted(folders) if folder.is_dir()]
    total, missed = 0, []
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: run(one[0], "--taskfail", "--taskfail-budget=4", *one[1]), folders))
        jobs = [
            (folder, finding, n)
            for (folder, _), those in zip(folders, found, strict=True)
            for finding in those
            for n in range(repeat)
        ]
        for job, good in zip(jobs, pool.map(lambda job: replay(job[0], job[1], job[2] + 1), jobs), strict=True):
            total += 1
            if not good:
                missed.append(f"{job[0].parent.name}: {job[1]['replay']}")
    print(f"Python {sys.version.split()[0]}: {total - len(missed)} of {total} replays gave their finding again")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
