"""Hosts are probed in parallel; a collector prints results in the order of their completion."""

import queue
from concurrent.futures import ThreadPoolExecutor


class Probe:
    TIMES = {"alpha": 12, "beta": 40, "gamma": 7, "delta": 90}

    def measure(self, host):
        return self.TIMES[host]


class Survey:
    def __init__(self, probe):
        self.probe = probe
        self.completed = queue.Queue()

    def work(self, host):
        millis = self.probe.measure(host)
        self.completed.put((host, millis))

    def run(self, hosts):
        times, down = {}, []
        with ThreadPoolExecutor(2, thread_name_prefix="probe") as pool:
            for host in hosts:
                pool.submit(self.work, host)
            while len(times) + len(down) < len(hosts):
                host, millis = self.completed.get()
                times[host] = millis
        return times, down


def test_every_host_is_measured():
    times, down = Survey(Probe()).run(["alpha", "beta", "gamma", "delta"])
    assert times == Probe.TIMES and down == []
