"""A price catalogue is loaded in the background; requests that come early wait until it is there."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Source:
    def load(self):
        return {"nail": 3, "screw": 5, "glue": 400}


class Catalogue:
    def __init__(self, source):
        self.source = source
        self.ready, self.prices = threading.Event(), {}

    def _load(self):
        self.prices = self.source.load()
        self.ready.set()

    def start(self, pool):
        self.loading = pool.submit(self._load)

    def price(self, article):
        self.ready.wait()
        return self.prices[article]


def quote(source, articles):
    catalogue = Catalogue(source)
    with ThreadPoolExecutor(3, thread_name_prefix="catalogue") as pool:
        catalogue.start(pool)
        futures = {article: pool.submit(catalogue.price, article) for article in articles}
    prices = {article: future.result() for article, future in futures.items() if future.exception() is None}
    return prices, catalogue.loading.exception()


def test_every_article_has_a_price():
    assert quote(Source(), ["nail", "glue"]) == ({"nail": 3, "glue": 400}, None)
