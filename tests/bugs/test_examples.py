"""The example systems: every mistake of `broken.py` is found, by what it does wrong, and `app.py` is not accused.

`mistakes.json` of an example says which test of `see_it_fail.py` shows which mistake, and how: by the law that the finding
is called, `plain` where the test fails by itself (faults placed by hand, or none needed), `any` where chance decides which
of the two it is.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import more_time
import pytest

ROOT = Path(__file__).resolve().parents[2]
BY_HYPOTHESIS = {"job_queue"}
"""Examples whose mistake a state machine finds: `tests/plugin/test_plugin_machine.py` looks at them."""

SLOWEST = {"stop_all", "workflow", "state_recovery"}
"""They run real processes, and are begun first: none of them is to be what the others wait for at the end."""

EXAMPLES = sorted(
    (path.parent for path in (ROOT / "examples").glob("*/app.py") if path.parent.name not in BY_HYPOTHESIS),
    key=lambda path: (path.name not in SLOWEST, path.name),
)
QUICK, THOROUGH = 2, more_time.BUDGET
"""Budgets in seconds: for tests that do not say theirs, and for all that are tried again."""

LIMIT = 200

PATHS = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
ALONE = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": PATHS}
"""Without the plugins of this environment that the examples do not need, and with the one beside this file."""


def run(nodes: list[str], budget: float, tmp_path: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON reports by test, and output of exploring these tests in a process of its own."""
    report = tmp_path / "report.json"
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-rA"),
        *("-p", "no:cacheprovider", "-p", "taskfail", "-p", "asyncio", "-p", "anyio"),
        *("-W", "ignore", "-c", os.devnull, f"--rootdir={ROOT}", *nodes),
        *("--taskfail", f"--taskfail-budget={budget}", f"--taskfail-report={report}"),
        *(("-p", more_time.__name__) if budget == THOROUGH else ()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=tmp_path, env=ALONE)
    tests = json.loads(report.read_text())["tests"] if report.exists() else []
    return done.returncode, {test["test"].rpartition("::")[2]: test for test in tests}, done.stdout + done.stderr


def found(test: str, how: str, reports: dict[str, Any], output: str) -> bool:
    """Whether a mistake was found in the way that is expected."""
    laws = {finding["law"] for finding in reports.get(test, {}).get("findings", ())}
    failed = re.search(rf"^FAILED \S*::{re.escape(test)}(?: |$)", output, re.MULTILINE) is not None
    return {"any": failed, "plain": failed and not laws}.get(how, how in laws)


def mistakes_of(example: Path) -> dict[str, str]:
    return json.loads((example / "mistakes.json").read_text())  # type: ignore[no-any-return]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_mistake_is_found(example: Path, tmp_path: Path) -> None:
    missing = mistakes_of(example)
    output = ""
    for budget in (QUICK, THOROUGH):
        code, reports, output = run([f"{example / 'see_it_fail.py'}::{test}" for test in missing], budget, tmp_path)
        assert code == 1, output
        missing = {test: how for test, how in missing.items() if not found(test, how, reports, output)}
        if not missing:
            break
    assert not missing, output


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_repaired_system_is_not_accused(example: Path, tmp_path: Path) -> None:
    code, reports, output = run([str(example)], QUICK, tmp_path)
    assert code == 0, output
    assert any(test["explored"] and test["experiments"] for test in reports.values()), output


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_mistake_is_listed(example: Path) -> None:
    """The classes in the lists at the end of `broken.py`, where a system has several mistakes."""
    tree = ast.parse((example / "broken.py").read_text())
    lists = [node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)]
    classes = {name.id for one in lists for name in one.elts if isinstance(name, ast.Name)}
    shown = "".join(mistakes_of(example))
    assert not {name for name in classes if name not in shown}
