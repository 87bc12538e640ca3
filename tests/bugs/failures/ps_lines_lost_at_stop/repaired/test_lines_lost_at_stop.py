"""Log lines are shipped in the background; what is not shipped stays in the spool."""

import threading
from collections import deque

import pytest


class Collector:
    def __init__(self):
        self.lines = []

    def send(self, lines):
        self.lines.extend(lines)


class Shipper:
    def __init__(self, collector):
        self.collector = collector
        self.spool = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="shipper")
        self._thread.start()

    def log(self, line):
        self.spool.append(line)
        self._wake.set()

    def stop(self):
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _run(self):
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            while self.spool:
                self._ship()

    def _ship(self):
        lines = [self.spool[number] for number in range(min(2, len(self.spool)))]
        self.collector.send(lines)
        for _ in lines:
            self.spool.popleft()


@pytest.mark.taskfail
def test_no_line_is_lost():
    collector = Collector()
    shipper = Shipper(collector)
    for number in range(4):
        shipper.log(number)
    shipper.stop()
    assert {*collector.lines, *shipper.spool} == set(range(4))
