"""A metrics reporter retries for ever while the collector is down - until the program closes it."""

import logging
import threading

log = logging.getLogger("metrics")


class Collector:
    def __init__(self):
        self.received = []

    def send(self, sample):
        self.received.append(sample)


class Reporter:
    def __init__(self, collector, samples):
        self.collector, self.samples = collector, list(samples)
        self.stop, self.idle = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, name="reporter")
        self.thread.start()

    def _run(self):
        pause = 0.001
        while self.samples and not self.stop.is_set():
            try:
                self.collector.send(self.samples[0])
            except ConnectionError as error:
                log.warning("the collector is down: %r", error)
                self.stop.wait(pause)
                pause = min(pause * 2, 0.1)
            else:
                self.samples.pop(0)
                pause = 0.001
        self.idle.set()

    def close(self, patience=0.3):
        self.idle.wait(patience)
        self.stop.set()
        self.thread.join()
        return len(self.samples)  # not delivered


def test_all_samples_are_delivered():
    collector = Collector()
    assert Reporter(collector, [1, 2, 3]).close() == 0
    assert collector.received == [1, 2, 3]
