"""Hosts are probed in parallel; a collector prints results in the order of their completion."""

from concurrent.futures import ThreadPoolExecutor, as_completed


class Probe:
    TIMES = {"alpha": 12, "beta": 40, "gamma": 7, "delta": 90}

    def measure(self, host):
        return self.TIMES[host]


class Survey:
    def __init__(self, probe):
        self.probe = probe

    def work(self, host):
        return self.probe.measure(host)

    def run(self, hosts):
        times, down = {}, []
        with ThreadPoolExecutor(2, thread_name_prefix="probe") as pool:
            futures = {pool.submit(self.work, host): host for host in hosts}
            for future in as_completed(futures):
                if (error := future.exception()) is not None:
                    down.append((futures[future], error))
                else:
                    times[futures[future]] = future.result()
        return times, down


def test_every_host_is_measured():
    times, down = Survey(Probe()).run(["alpha", "beta", "gamma", "delta"])
    assert times == Probe.TIMES and down == []
