"""Long jobs report that they are alive through a heartbeat thread of their own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Simulation:
    def __init__(self, name, steps):
        self.name, self.steps = name, steps

    def step(self, number):
        time.sleep(0.002)
        return number

    def run(self):
        return sum(self.step(number) for number in range(self.steps))


class Runner:
    def __init__(self):
        self.alive = {}

    def _beat(self, name, stop):
        while not stop.wait(0.01):
            self.alive[name] = time.monotonic()

    def run(self, job):
        stop = threading.Event()
        heartbeat = threading.Thread(target=self._beat, args=(job.name, stop), daemon=True)
        heartbeat.start()
        result = job.run()
        stop.set()
        heartbeat.join()
        return result

    def run_all(self, jobs):
        with ThreadPoolExecutor(2, thread_name_prefix="runner") as pool:
            futures = {job.name: pool.submit(self.run, job) for job in jobs}
        results = {name: future.result() for name, future in futures.items() if future.exception() is None}
        return results, [name for name in futures if name not in results]


def test_all_jobs_are_run():
    results, failed = Runner().run_all([Simulation("wind", 4), Simulation("rain", 3)])
    assert results == {"wind": 6, "rain": 3} and failed == []
