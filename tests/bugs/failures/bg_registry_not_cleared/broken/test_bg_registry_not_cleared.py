"""A background task manager with a registry of what is running and metrics of what has ended."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest


class Mail:
    def __init__(self, to):
        self.to = to

    def send(self):
        return f"sent to {self.to}"


class TaskManager:
    def __init__(self, pool):
        self.pool = pool
        self.lock = threading.Lock()
        self.running, self.metrics = {}, Counter()

    def _run(self, name, function):
        result = function()
        with self.lock:
            del self.running[name]
            self.metrics["completed"] += 1
        return result

    def start(self, name, function):
        with self.lock:
            self.metrics["started"] += 1
            future = self.running[name] = self.pool.submit(self._run, name, function)
        return future


@pytest.mark.taskfail
def test_metrics_add_up_and_nothing_stays():
    with ThreadPoolExecutor(2, thread_name_prefix="background") as pool:
        manager = TaskManager(pool)
        futures = [manager.start(to, Mail(to).send) for to in ("ann", "bob", "eve")]
    errors = [error for future in futures if (error := future.exception()) is not None]
    assert manager.running == {}
    assert manager.metrics["started"] == manager.metrics["completed"] + manager.metrics["failed"]
    assert manager.metrics["failed"] == len(errors)
