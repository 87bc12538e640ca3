"""A ledger with a patient lock: whoever does not get it within a second gives up and reports it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Clerk:
    def check(self, entry):
        return entry.strip()


class Ledger:
    def __init__(self, clerk):
        self.clerk = clerk
        self.lock = threading.Lock()
        self.entries = []

    def post(self, entry):
        try:
            if not self.lock.acquire(timeout=1.0):
                raise TimeoutError("the ledger is busy")
            self.entries.append(self.clerk.check(entry))
        finally:
            self.lock.release()

    def post_all(self, entries):
        with ThreadPoolExecutor(3, thread_name_prefix="post") as pool:
            futures = {entry: pool.submit(self.post, entry) for entry in entries}
        return {entry: error for entry, future in futures.items() if (error := future.exception()) is not None}


@pytest.mark.taskfail
def test_entries_are_posted_or_refused_for_a_good_reason():
    ledger = Ledger(Clerk())
    refused = ledger.post_all(["rent 900", "wages 4200", "water 60"])
    assert {*ledger.entries, *refused} == {"rent 900", "wages 4200", "water 60"}
    for error in refused.values():
        assert "release" not in str(error)
