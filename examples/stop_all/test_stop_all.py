"""The first task that fails stops all others: what has not begun is cancelled, and those that run end soon."""

import time
from pathlib import Path

import pytest

from . import app

TASKS, WORKERS = 12, 2
LATE_STEPS = 25
"""Of 120; tasks that are not stopped do far more."""

STOPPED = 8
"""Two run, and what the pool has fetched already cannot be cancelled: it begins, sees the flag, and ends."""


@pytest.fixture(params=[app.Driver])
def driver(request: pytest.FixtureRequest) -> type[app.Driver]:
    """The class under test."""
    return request.param  # type: ignore[no-any-return]


class Steps:
    """What the tasks do; each step leaves a line.

    Args:
        log: the file.
    """

    def __init__(self, log: Path) -> None:
        self.log = log

    def __call__(self, task: int, number: int) -> None:
        do_step(task, number)
        with self.log.open("a") as file:
            file.write(f"{task} {number}\n")


def do_step(task: int, number: int) -> None:
    """Stands in for the work, which can fail."""
    time.sleep(0.004)


@pytest.mark.taskfail(budget=5)
def test_a_failure_stops_all(driver: type[app.Driver], tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()

    def failed() -> None:
        with log.open("a") as file:
            file.write("failed\n")

    try:
        states = driver(WORKERS, failed=failed).run(range(TASKS), Steps(log))
        assert states == ["finished"] * TASKS
    except app.RunFailed as error:
        assert error.states.count("stopped") <= STOPPED, f"tasks began after the failure: {error.states}"
        raise
    finally:
        lines = log.read_text().splitlines()
        late = lines[lines.index("failed") + 1 :] if "failed" in lines else []
        assert len(late) <= LATE_STEPS, f"{len(late)} steps were done after the failure"
