"""Pages are fetched by a pool; the first failure stops those that run and cancels those that wait."""

import threading
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from pytest_taskfail import Raise


class Fetcher:
    def __init__(self, pages):
        self.pages = pages
        self.stop = threading.Event()

    def fetch(self, page):
        for _ in range(10):
            if self.stop.is_set():
                return None
            load(page)
            time.sleep(1)  # virtual time
        return page

    def run(self):
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(self.fetch, page) for page in self.pages]
            done, pending = wait(jobs, return_when=FIRST_EXCEPTION)
            if pending:
                self.stop.set()
                for job in pending:
                    job.cancel()
        return [job.exception() for job in done]


def load(page):
    return page


def test_the_others_stop(taskfail):
    taskfail.inject(Raise(ConnectionError), at="start:fetch#0")
    Fetcher(range(6)).run()
    taskfail.assert_cancelled("fetch", within=1)


def test_they_stop_in_the_middle_too(taskfail):
    taskfail.inject(Raise(ConnectionError), at="call:load#3 in fetch#1")
    Fetcher(range(6)).run()
    taskfail.assert_cancelled("fetch", within=1)
