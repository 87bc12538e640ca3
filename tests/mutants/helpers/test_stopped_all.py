"""Ten tasks on a pool of two; the first failure sets the flag that all look at, and cancels those that wait."""

import threading
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import pytest

from pytest_taskfail import Raise


class Driver:
    def __init__(self, count):
        self.count = count
        self.stop = threading.Event()

    def work(self, number):
        for _ in range(10):
            if self.stop.is_set():
                return "stopped"
            step(number)
            time.sleep(0.5)  # virtual time
        return "done"

    def run(self):
        pool = ThreadPoolExecutor(2)
        try:
            jobs = [pool.submit(self.work, number) for number in range(self.count)]
            done, pending = wait(jobs, return_when=FIRST_EXCEPTION)
            if pending:
                self.stop.set()
                for job in pending:
                    job.cancel()
        finally:
            pool.shutdown()


def step(number):
    return number


@pytest.mark.parametrize("at", ["start:work#0", "call:step#2 in work#1"])
def test_all_are_stopped(taskfail, at):
    taskfail.inject(Raise(OSError), at=at)
    Driver(10).run()
    taskfail.assert_stopped_all("work", within=1)
