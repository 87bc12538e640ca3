"""A door opener pulses an event; whoever waits may pass."""

import threading


class Door:
    def __init__(self):
        self._changed = threading.Condition()
        self._openings = 0
        self.passed = []

    def open_once(self):
        with self._changed:
            self._openings += 1
            self._changed.notify_all()

    def enter(self, name):
        with self._changed:
            self._changed.wait_for(lambda: self._openings)
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
