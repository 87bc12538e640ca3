"""A market asks one dealer at a time."""

import threading


class Market:
    def __init__(self, dealer):
        self.dealer = dealer
        self.lock = threading.Lock()

    def price(self, good):
        with self.lock:
            return self.dealer.quote(good)
