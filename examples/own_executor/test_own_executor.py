"""The plugin of a stranger, in real pytest runs that find it by its entry point: executor, fault and law all work.

It is installed as an installer would leave it, without one: the package and its entry points lie in a folder on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
Run = Callable[..., str]

FOUND = "taskfail: GOES ON when the quota is used up as fetch#0 starts"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs pytest on `see_it_fail.py` with the plugin installed, and gives what it printed."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    site, suite = tmp_path / "site", tmp_path / "suite"
    shutil.copytree(HERE / "acme_pool", site / "acme_pool", ignore=shutil.ignore_patterns("__pycache__"))
    metadata = site / f"acme_pool-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = ["[pytest11]", *(f"{name} = {value}" for name, value in project["entry-points"]["pytest11"].items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    suite.mkdir()
    shutil.copy(HERE / "see_it_fail.py", suite)

    def run(*options: str) -> str:
        env = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "160"}
        for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
            env.pop(name, None)
        command = [sys.executable, "-m", "pytest", "see_it_fail.py", "-p", "no:cacheprovider", *options]
        done = subprocess.run(command, cwd=suite, env=env, capture_output=True, text=True, timeout=60)
        assert "INTERNALERROR" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_executor_fault_and_law_of_a_stranger(run: Run) -> None:
    explored = run("--taskfail", "--taskfail-faults=quota", "--taskfail-budget=5", "-k", "crawl", "-p", "no:randomly")
    assert "acme-pool-1.0" in explored
    assert FOUND in explored
    assert '--taskfail-replay="quota @ start:fetch#0"' in explored
    assert "1 failed, 1 passed" in explored


def test_the_replay_line_works_in_another_process(run: Run) -> None:
    replayed = run("--taskfail-replay=quota @ start:fetch#0", "-k", "crawl")
    assert FOUND in replayed
    assert "1 failed, 1 passed" in replayed


def test_without_the_option_the_tests_pass_and_the_adapter_keeps_its_promises(run: Run) -> None:
    assert "3 passed" in run()


def test_without_taskfail_the_plugin_does_no_harm(run: Run) -> None:
    assert "3 passed" in run("-p", "no:taskfail")
