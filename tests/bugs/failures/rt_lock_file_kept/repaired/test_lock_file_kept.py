"""Rows are appended to a file that several programs write, up to three times; what an attempt has opened is given up with it."""

import fcntl
import threading

import pytest


class Office:
    def audit(self, row):
        return None


class Journal:
    def __init__(self, path, office):
        self.path = path
        self.office = office

    def lock(self):
        handle = open(self.path.with_suffix(".lock"), "w")
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle

    def append(self, row):
        lock = self.lock()
        self.office.audit(row)
        with open(self.path, "a") as out:
            print(row, file=out)
        lock.close()

    def append_safely(self, row):
        for attempt in range(3):
            try:
                return self.append(row)
            except ConnectionError:
                if attempt == 2:
                    raise


@pytest.mark.taskfail(points="call:Office.audit")
def test_a_row_is_appended(tmp_path):
    journal = Journal(tmp_path / "journal", Office())
    failed = []

    def work():
        try:
            journal.append_safely("r1")
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    assert (tmp_path / "journal").read_text() == "r1\n"
