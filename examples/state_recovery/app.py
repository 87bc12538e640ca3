"""A workflow of several steps that survives the death of its process; its state is in SQLite.

A step's effect and the note that the step is over are one transaction. So whenever the process dies, a step is either done
and noted or neither, and whoever resumes the workflow begins with the first step that is not COMPLETED.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS state (workflow TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (workflow, key))
"""

Work = Callable[[sqlite3.Connection], None]
"""One step: it does its work on this connection, inside of the transaction, and commits nothing itself."""


class Status(Enum):
    """How far a step, or the workflow, has come."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class StateManager:
    """Keys and values of workflows, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(SCHEMA)

    def get(self, workflow: str, key: str, default: str = "") -> str:
        row = self._db.execute("SELECT value FROM state WHERE workflow = ? AND key = ?", (workflow, key)).fetchone()
        return default if row is None else str(row[0])

    def set(self, workflow: str, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (workflow, key, value))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is there afterwards, or nothing of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


class Workflow:
    """Steps that are done one after the other, each once.

    Args:
        name: under which its state is kept; the same when it is resumed.
    """

    def __init__(self, name: str, steps: Mapping[str, Work], state: StateManager) -> None:
        self._name = name
        self._steps = steps
        self._state = state

    def status(self, step: str = "workflow") -> Status:
        """Of one step, or of the whole."""
        return Status(self._state.get(self._name, step, Status.PENDING.value))

    def run(self) -> None:
        """Does what has not been done; begins or resumes.

        Raises:
            Exception: what a step has raised. The step and the workflow are FAILED then, and can be run again.
        """
        self._note(Status.RUNNING)
        for step, work in self._steps.items():
            if self.status(step) is Status.COMPLETED:
                continue
            try:
                self._do(step, work)
            except Exception:
                self._note(Status.FAILED, step)
                self._note(Status.FAILED)
                raise
        self._note(Status.COMPLETED)

    def _do(self, step: str, work: Work) -> None:
        self._note(Status.RUNNING, step)
        with self._state.transaction() as db:
            work(db)
            self._note(Status.COMPLETED, step)

    def _note(self, status: Status, step: str = "workflow") -> None:
        self._state.set(self._name, step, status.value)
