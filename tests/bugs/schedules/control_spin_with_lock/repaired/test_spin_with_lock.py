"""A test that waits for a thread by looking at its state under the lock, without ever sleeping."""

import threading
import time


class Job:
    def __init__(self):
        self._lock = threading.Lock()
        self._done = False

    def run(self):
        time.sleep(0.02)
        with self._lock:
            self._done = True

    def done(self):
        with self._lock:
            return self._done


def test_job_gets_done():
    job = Job()
    worker = threading.Thread(target=job.run)
    worker.start()
    while not job.done():
        pass
    worker.join()
