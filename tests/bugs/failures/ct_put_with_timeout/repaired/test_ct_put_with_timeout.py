"""A feeder with a bounded queue: it looks at the worker whenever the queue has been full for a moment."""

import queue
import threading


class Press:
    def __init__(self):
        self.stamped = []

    def stamp(self, plate):
        self.stamped.append(plate)


class Line:
    def __init__(self, press, depth=2):
        self.press = press
        self.plates = queue.Queue(maxsize=depth)
        self.worker = threading.Thread(target=self._run, name="press")

    def _run(self):
        while (plate := self.plates.get()) is not None:
            self.press.stamp(plate)

    def _feed(self, plate):
        while True:
            try:
                self.plates.put(plate, timeout=0.01)
                return True
            except queue.Full:
                if not self.worker.is_alive():
                    return False

    def run(self, plates):
        self.worker.start()
        fed = sum(self._feed(plate) for plate in plates)
        self._feed(None)
        self.worker.join()
        return fed


def test_all_plates_are_stamped():
    line = Line(Press())
    assert line.run(range(6)) == 6
    assert line.press.stamped == list(range(6))
