"""Periodic jobs: a lock per job keeps a slow run from overlapping with the next one."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Backup:
    def __init__(self):
        self.copies = 0

    def copy(self):
        self.copies += 1
        return f"{self.copies} copies"


class Job:
    def __init__(self, action):
        self.action = action
        self.running = threading.Lock()

    def trigger(self):
        if not self.running.acquire(blocking=False):
            return "already running"
        try:
            return self.action()
        finally:
            self.running.release()


class Scheduler:
    def __init__(self, **actions):
        self.jobs = {name: Job(action) for name, action in actions.items()}

    def tick(self):
        outcomes = {}
        with ThreadPoolExecutor(2, thread_name_prefix="job") as pool:
            futures = {name: pool.submit(job.trigger) for name, job in self.jobs.items()}
        for name, future in futures.items():
            error = future.exception()
            outcomes[name] = future.result() if error is None else f"failed: {error!r}"
        return outcomes


def test_every_tick_runs_every_job():
    scheduler = Scheduler(files=Backup().copy, mail=Backup().copy)
    assert scheduler.tick() == {"files": "1 copies", "mail": "1 copies"}
    assert scheduler.tick() == {"files": "2 copies", "mail": "2 copies"}
