"""The test gives the clock a bell, and waits until it has rung."""

import threading

from clocks import Alarm


def test_the_bell_rings():
    alarm, rung = Alarm(), threading.Event()

    def bell(clock):
        rung.set()

    thread = alarm.set(bell)
    rung.wait()
    thread.join()
    assert len(alarm.slips) == 1
