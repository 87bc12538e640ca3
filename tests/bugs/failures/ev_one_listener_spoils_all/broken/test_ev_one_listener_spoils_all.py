"""Shipping publishes events; stock and audit listen."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

log = logging.getLogger("shipping")


class Bus:
    def __init__(self):
        self.listeners = []

    def subscribe(self, listener):
        self.listeners.append(listener)

    def publish(self, event):
        for listener in list(self.listeners):
            listener(event)


class Webhook:
    def __init__(self):
        self.posted = []

    def post(self, event):
        self.posted.append(event)


class Shipping:
    def __init__(self, bus):
        self.bus, self.shipped = bus, []

    def ship(self, parcel):
        self.shipped.append(parcel)
        try:
            self.bus.publish(parcel)
        except Exception:
            log.exception("listeners of %s", parcel)


@pytest.mark.taskfail
def test_the_audit_knows_every_parcel():
    bus, audit = Bus(), []
    bus.subscribe(Webhook().post)
    bus.subscribe(audit.append)
    shipping = Shipping(bus)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(shipping.ship, n) for n in (1, 2, 3)]
    for future in futures:
        future.result()
    assert sorted(audit) == sorted(shipping.shipped)
