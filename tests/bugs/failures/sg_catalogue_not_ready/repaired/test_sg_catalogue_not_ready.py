"""A price catalogue is loaded in the background; requests that come early wait until it is there."""

from concurrent.futures import ThreadPoolExecutor


class Source:
    def load(self):
        return {"nail": 3, "screw": 5, "glue": 400}


class Catalogue:
    def __init__(self, source):
        self.source = source

    def start(self, pool):
        self.loading = pool.submit(self.source.load)

    def price(self, article):
        return self.loading.result()[article]


def quote(source, articles):
    catalogue = Catalogue(source)
    with ThreadPoolExecutor(3, thread_name_prefix="catalogue") as pool:
        catalogue.start(pool)
        futures = {article: pool.submit(catalogue.price, article) for article in articles}
    prices = {article: future.result() for article, future in futures.items() if future.exception() is None}
    return prices, catalogue.loading.exception()


def test_every_article_has_a_price():
    assert quote(Source(), ["nail", "glue"]) == ({"nail": 3, "glue": 400}, None)
