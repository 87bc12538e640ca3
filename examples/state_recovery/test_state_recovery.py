"""A monthly bill in two steps, in a process that may die anywhere; then it is resumed. Each step is done once."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from . import app

STEPS = ("bill", "mail")
RESUMED = 3
"""How often the workflow is resumed at most."""


@pytest.fixture(params=[app.Workflow])
def workflow_type(request: pytest.FixtureRequest) -> type[app.Workflow]:
    """The workflow under test."""
    return request.param  # type: ignore[no-any-return]


def work(step: str) -> app.Work:
    """A step whose effect is a row in the same file."""

    def do(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO done VALUES (?)", (step,))

    return do


def bill(workflow_type: type[app.Workflow], path: Path) -> None:
    """What runs in a process of its own."""
    state = app.StateManager(path)
    workflow_type("2026-11", {step: work(step) for step in STEPS}, state).run()
    state.close()


@pytest.mark.taskfail(faults="kill", points=["call:Workflow._note", "call:do"], budget=8)
def test_each_step_is_done_once_whenever_the_process_dies(workflow_type: type[app.Workflow], tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE done (step TEXT)")
    for _ in range(RESUMED):
        process = multiprocessing.get_context("fork").Process(target=bill, args=(workflow_type, path))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
    state = app.StateManager(path)
    assert app.Workflow("2026-11", {}, state).status() is app.Status.COMPLETED
    state.close()
    done = [row[0] for row in db.execute("SELECT step FROM done ORDER BY rowid")]
    db.close()
    assert done == list(STEPS)
