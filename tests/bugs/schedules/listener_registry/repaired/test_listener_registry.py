"""Panels listen to a bus until they are closed."""

import threading


class Bus:
    def __init__(self):
        self._mu = threading.Lock()
        self._listeners = []

    def subscribe(self, listener):
        with self._mu:
            self._listeners.append(listener)

    def unsubscribe(self, listener):
        with self._mu:
            self._listeners.remove(listener)

    def publish(self, event):
        with self._mu:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.receive(event)


class Panel:
    def __init__(self, bus):
        self._mu = threading.Lock()
        self._bus = bus
        self._open = True
        self.shown = []
        bus.subscribe(self)

    def receive(self, event):
        with self._mu:
            if self._open:
                self.shown.append(event)

    def close(self):
        with self._mu:
            self._open = False
            self._bus.unsubscribe(self)


def test_listener_registry():
    bus = Bus()
    panel = Panel(bus)
    saving = threading.Thread(target=bus.publish, args=("saved",))
    closing = threading.Thread(target=panel.close)
    saving.start()
    closing.start()
    saving.join()
    closing.join()
    assert panel.shown in ([], ["saved"])
