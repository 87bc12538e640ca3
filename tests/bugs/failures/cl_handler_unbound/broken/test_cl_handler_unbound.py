"""Hosts are pinged in parallel; a host that does not answer is logged and counts as down."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

log = logging.getLogger("ping")


@dataclass
class Reply:
    host: str
    millis: int


class Network:
    def ping(self, host):
        return Reply(host, 3 * len(host))


class Monitor:
    def __init__(self, network):
        self.network = network

    def check(self, host):
        try:
            reply = self.network.ping(host)
            return reply.millis
        except OSError as error:
            log.warning("%s is down: %s", reply.host, error)
            return None

    def check_all(self, hosts):
        with ThreadPoolExecutor(2, thread_name_prefix="ping") as pool:
            futures = {host: pool.submit(self.check, host) for host in hosts}
        return {host: future.result() for host, future in futures.items()}


def test_all_hosts_answer():
    assert Monitor(Network()).check_all(["web", "mail", "db"]) == {"web": 9, "mail": 12, "db": 6}
