"""Sensors are read in the background; the display waits a moment for all samples."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Sensor:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def read(self):
        return self.value


class Recorder:
    def __init__(self):
        self.changed = threading.Condition()
        self.samples = {}

    def record(self, sensor):
        self.changed.acquire()
        self.samples[sensor.name] = sensor.read()
        self.changed.notify_all()
        self.changed.release()

    def wait_for(self, count, timeout=0.3):
        with self.changed:
            return self.changed.wait_for(lambda: len(self.samples) >= count, timeout)


def measure(sensors):
    recorder = Recorder()
    with ThreadPoolExecutor(2, thread_name_prefix="sensor") as pool:
        futures = [pool.submit(recorder.record, sensor) for sensor in sensors]
        complete = recorder.wait_for(len(sensors))
    errors = [error for future in futures if (error := future.exception()) is not None]
    return recorder.samples, complete, errors


def test_all_samples_are_shown():
    samples, complete, errors = measure([Sensor("oil", 90), Sensor("water", 71), Sensor("air", 20)])
    assert samples == {"oil": 90, "water": 71, "air": 20}
    assert complete and errors == []
