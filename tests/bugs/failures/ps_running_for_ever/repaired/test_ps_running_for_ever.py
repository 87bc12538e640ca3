"""Steps of a workflow and their states are kept in SQLite; a second start finishes what was left."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest


class States:
    def __init__(self, path):
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.execute("CREATE TABLE IF NOT EXISTS step (name PRIMARY KEY, state)")

    def set(self, name, state):
        self.db.execute("INSERT OR REPLACE INTO step VALUES (?, ?)", (name, state))

    def of(self, name):
        row = self.db.execute("SELECT state FROM step WHERE name = ?", (name,)).fetchone()
        return row[0] if row else "PENDING"

    def close(self):
        self.db.close()


class Robot:
    def __init__(self):
        self.did = []

    def do(self, step):
        self.did.append(step)


class Workflow:
    def __init__(self, states, robot, steps):
        self.states, self.robot, self.steps = states, robot, steps

    def run(self):
        for step in self.steps:
            if self.states.of(step) == "COMPLETED":
                continue
            self.states.set(step, "RUNNING")
            self.robot.do(step)
            self.states.set(step, "COMPLETED")


def run_until_done(path, robot, steps, starts=4):
    for start in range(starts):
        states = States(path)
        try:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(Workflow(states, robot, steps).run).result()
            return
        except OSError:
            if start == starts - 1:
                raise
        finally:
            states.close()


@pytest.mark.taskfail
def test_a_finished_workflow_did_every_step(tmp_path):
    robot, steps = Robot(), ["drill", "paint", "pack"]
    run_until_done(tmp_path / "steps.db", robot, steps)
    assert set(robot.did) == set(steps), robot.did
