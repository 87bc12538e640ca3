"""The mistake: whoever acknowledges a job is believed.

A worker that was only slow, and whose job has been taken back, does so late: the result is entered, and once more when the job
is done again.
"""

from . import app


class JobQueue(app.JobQueue):
    """Does not look whether the claim is still valid."""

    def acknowledge(self, claim: app.Claim) -> None:
        with self._lock:
            self._ledger.enter(claim.job)
            self._claimed.pop(claim.job, None)
