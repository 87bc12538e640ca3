"""Sensors are read side by side; a thread of its own writes the readings down."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Recorder:
    def __init__(self, sensors, lines):
        self.sensors, self.lines = sensors, lines
        self.readings = queue.Queue()
        self.writer = threading.Thread(target=self._write)

    def _write(self):
        while (reading := self.readings.get()) is not None:
            self.lines.append(f"{reading} degrees")

    def take(self):
        with ThreadPoolExecutor(2) as pool:
            for reading in [pool.submit(sensor.read) for sensor in self.sensors]:
                self.readings.put(reading.result())

    def start(self):
        self.writer.start()

    def stop(self):
        self.readings.put(None)
        self.writer.join()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.stop()
