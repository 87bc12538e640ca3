"""A journey in steps whose progress is kept in SQLite: a step and its mark are written together."""

import sqlite3


def run(folder):
    database = sqlite3.connect(folder / "state.db")
    with database:
        database.execute("CREATE TABLE IF NOT EXISTS done (step INTEGER PRIMARY KEY, seats INTEGER)")
        database.execute("CREATE TABLE IF NOT EXISTS sold (step INTEGER)")
    for step in range(2):
        if database.execute("SELECT 1 FROM done WHERE step = ?", (step,)).fetchone():
            continue
        database.execute("INSERT INTO sold VALUES (?)", (step,))
        database.execute("INSERT INTO done VALUES (?, ?)", (step, 10 * step))
        database.commit()
    database.close()


def rows(folder):
    database = sqlite3.connect(folder / "state.db")
    found = [database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in ("done", "sold")]
    database.close()
    return found


def test_a_journey_recovers_from_a_crash_at_every_step(taskfail, tmp_path):
    taskfail.assert_recoverable(run, run, rows, tmp_path)
