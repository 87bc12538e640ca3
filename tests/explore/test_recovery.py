"""Crashes at every persistence step: programs that recover pass, and those that lose, repeat or tear something are found."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_taskfail import CheckFailed, PlanError, TaskFail, assert_idempotent, find_repeated, record
from pytest_taskfail.explore.recovery import assert_recoverable, crash_at_each, find_unrecoverable
from pytest_taskfail.runtime import crashes, noting
from pytest_taskfail.runtime.reading.sources import Sources

HERE = Sources(str(Path(__file__).parents[2]))
ORDERS = (1, 2, 3)
pytestmark = pytest.mark.skipif(bool(crashes.can_run()), reason=crashes.can_run() or "it can")


def database(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "state.db")
    with connection:
        connection.execute("CREATE TABLE IF NOT EXISTS done (step INTEGER)")
        connection.execute("CREATE TABLE IF NOT EXISTS paid (step INTEGER)")
    return connection


def workflow(how: str) -> Callable[[Path], None]:
    """Pays each order and notes that; `together` in one transaction, or the one before the other."""

    def run(folder: Path) -> None:
        connection = database(folder)
        for order in ORDERS:
            if connection.execute("SELECT 1 FROM done WHERE step = ?", (order,)).fetchone():
                continue
            statements = ["INSERT INTO paid VALUES (?)", "INSERT INTO done VALUES (?)"]
            if how == "noted first":
                statements.reverse()
            for statement in statements:
                connection.execute(statement, (order,))
                if how != "together":
                    connection.commit()
            connection.commit()
        connection.close()

    return run


def state(folder: Path) -> dict[str, Any]:
    connection = sqlite3.connect(folder / "state.db")
    try:
        rows = {name: connection.execute(f"SELECT step FROM {name} ORDER BY step").fetchall() for name in ("paid", "done")}
        return {name: [row[0] for row in found] for name, found in rows.items()}
    finally:
        connection.close()


def test_a_workflow_in_one_transaction_recovers_from_every_crash(tmp_path: Path) -> None:
    run = workflow("together")
    assert_recoverable(run, run, state, tmp_path, files=HERE)
    assert len(list(tmp_path.glob("crash-*.trace"))) == 12


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("noted first", "INSERT INTO paid VALUES (1) at tests/explore/test_recovery.py:"),
        ("paid first", "INSERT INTO done VALUES (1) at tests/explore/test_recovery.py:"),
    ],
)
def test_a_lost_or_repeated_step_is_found(tmp_path: Path, how: str, said: str) -> None:
    run = workflow(how)
    with pytest.raises(CheckFailed) as caught:
        assert_recoverable(run, run, state, tmp_path, files=HERE)
    first, second = str(caught.value).splitlines()[:2]
    assert first == "taskfail: a crash is not recovered from"
    assert second.startswith("  crash before step ")
    assert said in second
    lost, repeated = "state['paid'][0]  is 2, was 1", "state['paid'][1]  is 1, was 2"
    assert second.endswith(lost if how == "noted first" else repeated)


def save_in_place(path: Path, value: Any) -> None:
    with path.open("w") as file:
        json.dump(value, file)


def save_beside(path: Path, value: Any) -> None:
    save_in_place(path.with_suffix(".new"), value)
    os.replace(path.with_suffix(".new"), path)


def counting(save: Callable[[Path, Any], None]) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        path = folder / "state.json"
        done = json.loads(path.read_text()) if path.exists() else []
        for number in range(len(done), 3):
            done.append(number)
            save(path, done)

    return run


def read(folder: Path) -> Any:
    return json.loads((folder / "state.json").read_text())


def test_a_file_that_is_written_beside_and_renamed_recovers(tmp_path: Path) -> None:
    assert_recoverable(counting(save_beside), counting(save_beside), read, tmp_path, files=HERE)


def test_a_file_that_is_torn_is_found(tmp_path: Path) -> None:
    problems = find_unrecoverable(counting(save_in_place), counting(save_in_place), read, tmp_path, files=HERE)
    assert any("write state.json" in one and "recovery failed with JSONDecodeError: " in one for one in problems), problems


def test_no_clean_up_runs_in_a_crash(tmp_path: Path) -> None:
    def run(folder: Path) -> None:
        try:
            (folder / "begun").write_text("yes")
        finally:
            os.mkdir(folder / "cleaned up")

    for crash in crash_at_each(run, tmp_path, files=HERE):
        cleaned_up = (crash.folder / "cleaned up").exists()
        assert cleaned_up == (crash.number == crash.of), crash
    assert (crash.number, str(crash)) == (crash.of, "crash after the last of 4 steps")


def test_effects_before_the_crash_and_after_are_in_one_trace(tmp_path: Path) -> None:
    charge = record(lambda order: order, key=lambda order: order, name="charge")

    def run(folder: Path) -> None:
        for order in (1, 2):
            if not (folder / str(order)).exists():
                charge(order)
                (folder / str(order)).touch()

    repeated = []
    for crash in crash_at_each(run, tmp_path, files=HERE):
        run(crash.folder)
        repeated += [(crash.step, one) for one in find_repeated(crash.trace, "charge")]
        if not find_repeated(crash.trace, "charge"):
            assert_idempotent(crash.trace, "charge", at_least=1)
    assert noting.sink is None
    assert [step for step, _ in repeated] == ["open 1 to write", "open 2 to write"]
    assert repeated[0][1].startswith("key 1  2 effects: run after 0.")


def test_calls_can_be_steps(tmp_path: Path) -> None:
    def send(folder: Path, number: int) -> None:
        with (folder / "sent").open("a") as file:
            file.write(f"{number}\n")

    def run(folder: Path) -> None:
        for number in range(3):
            send(folder, number)

    left = []
    for crash in crash_at_each(run, tmp_path, steps="call:send", files=HERE):
        path = crash.folder / "sent"
        left.append(path.read_text().split() if path.exists() else [])
    assert left == [[], ["0"], ["0", "1"], ["0", "1", "2"]]


def test_the_fixture_tries_crashes_outside_of_its_experiment(taskfail: TaskFail, tmp_path: Path) -> None:
    run = workflow("together")
    taskfail.assert_recoverable(run, run, state, tmp_path / "whole")
    crashed = [str(crash) for crash in taskfail.crash_at_each(run, tmp_path / "one", steps="call:Connection.commit")]
    assert crashed[0].startswith("crash before step 1 of 3, call Connection.commit at tests/explore/test_recovery.py:")
    assert len(crashed) == 4


def test_a_run_that_cannot_be_judged_is_refused_in_words(tmp_path: Path) -> None:
    def idle(folder: Path) -> None:
        len(str(folder))

    def fails(folder: Path) -> None:
        raise ValueError("mine")

    def unstable(folder: Path) -> None:
        if not (tmp_path / "flip").exists():
            (tmp_path / "flip").touch()
            (folder / "a").touch()
        (folder / "b").touch()

    def said(run: Callable[[Path], object], name: str, **how: Any) -> str:
        with pytest.raises(PlanError) as caught:
            list(crash_at_each(run, tmp_path / name, files=HERE, **how))
        return str(caught.value)

    assert said(idle, "idle") == (
        "the run makes no persistence step of the kinds sqlite, files below its folder, so no crash can be tried; give others by "
        "steps=, for instance 'call:NAME'. Functions that it called: "
        "idle"
    )
    assert said(fails, "fails").startswith("the run fails without any crash:\n")
    assert said(fails, "fails").endswith("is there already; give an empty folder, for instance tmp_path")
    assert "ValueError: mine" in said(fails, "again")
    assert said(unstable, "unstable") == ("the run is not the same each time: step 1, open a to write, was not reached again")
    assert said(workflow("together"), "many", most=3) == (
        "the run makes 11 steps, more than most=3; allow more, or narrow steps="
    )
    assert said(idle, "kind", steps="disk") == "steps='disk': there is no such kind of step; give sqlite, files or call:NAME"
    assert said(lambda folder: threading.Event().wait(), "hangs", limit=0.1) == (
        "the run (whole) has not ended within 0.1 seconds"
    )


def test_without_a_state_nothing_is_proven(tmp_path: Path) -> None:
    run = workflow("together")
    with pytest.raises(CheckFailed) as caught:
        assert_recoverable(run, run, lambda folder: {}, tmp_path, files=HERE)
    assert str(caught.value) == "taskfail: there is no state to compare: the fault-free run has left {}"
