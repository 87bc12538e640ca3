"""A meter that one reader at a time may ask; whoever waits too long takes the last value."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Meter:
    def __init__(self):
        self._gate = threading.BoundedSemaphore(1)
        self._value = 17

    def read(self):
        inside = self._gate.acquire(timeout=2.0)
        try:
            if inside:
                self._value += 1
            return self._value
        finally:
            self._gate.release()


def test_readers_get_a_value():
    meter = Meter()
    with ThreadPoolExecutor(2) as pool:
        readings = [pool.submit(meter.read) for _ in range(2)]
    assert all(reading.exception() or reading.result() > 17 for reading in readings)
