"""A cache of exchange rates that may be invalidated at any time."""

import threading


class RateCache:
    def __init__(self, source):
        self._mu = threading.Lock()
        self._source = source
        self._rates = dict(source)

    def invalidate(self):
        with self._mu:
            self._rates.clear()

    def refresh(self):
        with self._mu:
            self._rates.update(self._source)

    def rate(self, currency):
        with self._mu:
            if currency not in self._rates:
                self.refresh()
            return self._rates[currency]


def quote(cache, currency, quotes):
    quotes.append(cache.rate(currency))


def test_cache_refresh():
    cache = RateCache({"EUR": 1, "USD": 2})
    quotes = []
    quoting = threading.Thread(target=quote, args=(cache, "USD", quotes))
    clearing = threading.Thread(target=cache.invalidate)
    quoting.start()
    clearing.start()
    quoting.join()
    clearing.join()
    assert quotes == [2]
