"""Rows are written to a database, up to three times; what an attempt has opened is given up with it."""

import sqlite3
import threading

import pytest


class Office:
    def audit(self, row):
        return None


class Recorder:
    def __init__(self, path, office):
        self.path = path
        self.office = office
        self.connections = []

    def connect(self):
        db = sqlite3.connect(self.path, timeout=0, check_same_thread=False)
        self.connections.append(db)
        return db

    def record(self, row):
        db = self.connect()
        db.execute("INSERT INTO log VALUES (?)", (row,))
        self.office.audit(row)
        db.commit()

    def record_safely(self, row):
        for _ in range(3):
            try:
                return self.record(row)
            except ConnectionError:
                continue
        raise ConnectionError("three times")


@pytest.mark.taskfail(points="call:Office.audit")
def test_a_row_is_recorded(tmp_path):
    db = sqlite3.connect(tmp_path / "log.db")
    db.execute("CREATE TABLE log (row TEXT)")
    recorder = Recorder(tmp_path / "log.db", Office())
    failed = []

    def work():
        try:
            recorder.record_safely("r1")
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    rows = db.execute("SELECT row FROM log").fetchall()
    db.close()
    if failed:
        raise failed[0]
    assert rows
