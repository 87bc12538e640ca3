"""A door opener pulses an event; whoever waits may pass."""

import threading


class Door:
    def __init__(self):
        self._opened = threading.Event()
        self.passed = []

    def open_once(self):
        self._opened.set()
        self._opened.clear()

    def enter(self, name):
        self._opened.wait()
        self.passed.append(name)


def test_visitors_pass():
    door = Door()
    visitors = [threading.Thread(target=door.enter, args=(name,)) for name in ("ann", "bob")]
    for visitor in visitors:
        visitor.start()
    porter = threading.Thread(target=door.open_once)
    porter.start()
    for thread in (porter, *visitors):
        thread.join()
    assert sorted(door.passed) == ["ann", "bob"]
