"""The example `stop_all`: each of the wrong drivers is caught by the same test, and by what it does wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAWS = {
    "FlagNeverSet": {"strict"},
    "PendingNotCancelled": {"strict"},
    "MethodNotCalled": {"strict"},
    "FlagIgnored": {"strict"},
    "LockNotReleased": {"hang"},
    "ManagerNotShutDown": {"leaked-process"},
}


@pytest.mark.parametrize("driver", list(LAWS))
def test_each_wrong_driver_is_caught(driver: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"),
        *("-c", os.devnull, f"--rootdir={ROOT}", str(ROOT / "examples/stop_all/see_it_fail.py"), "-k", driver),
        f"--taskfail-report={report}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)
    (test,) = json.loads(report.read_text())["tests"]
    assert done.returncode == 1, done.stdout
    assert LAWS[driver] <= {finding["law"] for finding in test["findings"]}, done.stdout
