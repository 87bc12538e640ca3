"""Every broken program must be found, by its law, and no repaired twin and no control may be accused.

`bug.json` of a program: `law` is what the finding must be called, `options` are given to pytest besides `--taskfail`,
`control` marks a correct program without a broken twin.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PROGRAMS = sorted(path.parent for path in HERE.glob("*/*/bug.json"))
QUICK, THOROUGH, REPAIRED = 1.5, 10, 0.7
"""Budgets in seconds: most programs are found in the first, on a machine with nothing else to do nearly all."""

LIMIT = 120

ALONE = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Loading all plugins of this environment takes longer than most explorations."""


def explore(program: Path, side: str, budget: float, tmp_path: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON report and output of one side of a program, explored in a process of its own."""
    about = json.loads((program / "bug.json").read_text())
    report = tmp_path / "report.json"
    plugins = ("taskfail", "asyncio", "anyio") if program.parent.name == "asyncio" else ("taskfail",)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(word for name in plugins for word in ("-p", name))),
        *("-c", os.devnull, f"--rootdir={program / side}", f"--confcutdir={program / side}", str(program / side)),
        *("--taskfail", f"--taskfail-budget={budget}", f"--taskfail-report={report}", *about.get("options", [])),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=tmp_path, env=ALONE)
    data = json.loads(report.read_text()) if report.exists() else {"tests": []}
    return done.returncode, data, done.stdout + done.stderr


def name_of(program: Path) -> str:
    return f"{program.parent.name}/{program.name}"


@pytest.mark.parametrize("program", [p for p in PROGRAMS if (p / "broken").is_dir()], ids=name_of)
def test_the_broken_one_is_found(program: Path, tmp_path: Path) -> None:
    law = json.loads((program / "bug.json").read_text())["law"]
    for budget in (QUICK, THOROUGH):
        code, data, output = explore(program, "broken", budget, tmp_path)
        laws = {finding["law"] for test in data["tests"] for finding in test["findings"]}
        if law in laws:
            break
    assert code == 1, output
    assert law in laws, output


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_the_repaired_one_is_not_accused(program: Path, tmp_path: Path) -> None:
    code, data, output = explore(program, "repaired", REPAIRED, tmp_path)
    assert code == 0, output
    assert data["tests"], output
    assert all(test["explored"] for test in data["tests"]), output
