"""The same chaos test of the queue with the mistake."""

from . import broken
from .test_job_queue import SETTINGS, Chaos


class BrokenChaos(Chaos):
    queue_type = broken.JobQueue


TestBrokenQueue = BrokenChaos.TestCase
TestBrokenQueue.settings = SETTINGS
