"""A daemon heartbeat thread runs as long as a context manager; it is stopped, but never joined."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Heartbeat:
    def __init__(self, beat, interval=0.005):
        self.beat, self.interval = beat, interval
        self.stop = threading.Event()

    def _run(self):
        while not self.stop.wait(self.interval):
            self.beat()

    def __enter__(self):
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.stop.set()


class Probe:
    def sample(self, depth):
        time.sleep(0.002)
        return 4 + depth / 100


def dive(probe, depths):
    beats = []
    with Heartbeat(lambda: beats.append(time.monotonic())):
        with ThreadPoolExecutor(2, thread_name_prefix="probe") as pool:
            futures = {depth: pool.submit(probe.sample, depth) for depth in depths}
    return {depth: future.result() for depth, future in futures.items() if future.exception() is None}


def test_all_depths_are_sampled():
    assert dive(Probe(), [100, 200, 300]) == {100: 5.0, 200: 6.0, 300: 7.0}
