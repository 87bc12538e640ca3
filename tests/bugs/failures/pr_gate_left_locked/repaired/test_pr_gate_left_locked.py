"""Visitors come from threads of the test's own."""

import threading

from gate import Gate


class Sensor:
    """Stands in for the counter at the gate."""

    def __init__(self):
        self.seen = 0

    def count(self):
        self.seen += 1


def test_all_visitors_are_counted():
    sensor = Sensor()
    gate = Gate(sensor)

    def visit():
        gate.enter()

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert sensor.seen == 2
